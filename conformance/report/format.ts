/** Name and version of the form of reports: a change that old readers would trip over counts it up. */
export const reportFormat = 'wfhost-conformance/1';
