/** Default id of a child: `<parent>:<action id as 4 lower-case hex digits>`. */
export function childId(parentInstanceId: string, actionId: number): string {
  return `${parentInstanceId}:${(actionId >>> 0).toString(16).padStart(4, '0')}`;
}
