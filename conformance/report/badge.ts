import type { ConformanceReport, ReachedLevel } from './report.js';
import { xml } from './xml.js';

const colours: Readonly<Record<ReachedLevel, string>> = { full: '#2e7d32', core: '#6a8f1f', none: '#b3261e' };

/** Width of a character at 11 px, on average, and the space beside a text, px. */
const characterWidth = 6.6;
const padding = 7;

/** An SVG for a README: the level reached, with the day and the counts in its title. */
export function badgeSvg({ component, level, startedAt, counts }: ConformanceReport): string {
  const label = 'wfhost conformance';
  const message = level === 'none' ? 'failing' : level;
  const day = startedAt.slice(0, 10);
  const title = `${component}: ${message} on ${day} (${counts.passed} passed, ${counts.failed} failed, ${counts.deviating} deviating, ${counts.leftOut} left out)`;
  const left = widthOf(label);
  const right = widthOf(message);
  const text = (x: number, content: string): string =>
    `<text x="${x}" y="14" fill="#fff" text-anchor="middle">${xml(content)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${xml(title)}">`,
    `<title>${xml(title)}</title>`,
    `<rect width="${left}" height="20" fill="#444"/>`,
    `<rect x="${left}" width="${right}" height="20" fill="${colours[level]}"/>`,
    `<g font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    text(left / 2, label),
    text(left + right / 2, message),
    '</g></svg>',
    '',
  ].join('\n');
}

function widthOf(text: string): number {
  return Math.round(text.length * characterWidth) + 2 * padding;
}
