import { suiteOf } from '../case.js';
import { doorsOf } from './summary.js';
import type { ConformanceReport, ReportedCase } from './report.js';
import { xml } from './xml.js';

/** JUnit XML, as build servers read it: a test suite for each component and door. */
export function junitXml(reports: readonly ConformanceReport[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="wfhost conformance">',
    ...reports.flatMap((report) => [
      ...doorsOf(report).flatMap((door) => suiteXml(`${report.component}, ${door}`, casesAt(report, door))),
      ...complaintsXml(report),
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function casesAt({ results }: ConformanceReport, door: ReportedCase['door']): readonly ReportedCase[] {
  return results.filter((one) => one.door === door);
}

function suiteXml(name: string, results: readonly ReportedCase[]): readonly string[] {
  const failures = results.filter(({ outcome }) => outcome === 'failed').length;
  const skipped = results.filter(({ outcome }) => outcome === 'left out' || outcome === 'deviating').length;
  const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return [
    `  <testsuite name="${xml(name)}" tests="${results.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${time}">`,
    ...results.map((result) => `    ${caseXml(result)}`),
    '  </testsuite>',
  ];
}

function caseXml(result: ReportedCase): string {
  const { id, promise, durationMs } = result;
  const head = `<testcase classname="${xml(suiteOf(id))}" name="${xml(`${id}: ${promise}`)}" time="${seconds(durationMs)}"`;
  const inside = insideOf(result);
  return inside === '' ? `${head}/>` : `${head}>${inside}</testcase>`;
}

function insideOf({ outcome, reason = '', deviation }: ReportedCase): string {
  switch (outcome) {
    case 'passed':
      return '';
    case 'left out':
      return `<skipped message="${xml(reason)}"/>`;
    case 'deviating':
      return `<skipped message="${xml(`deviates: ${deviation?.reason} (${deviation?.link})`)}"/>`;
    case 'failed':
      return `<failure message="${xml(reason)}"/>`;
  }
}

/** What is wrong beside single cases is a failure of its own. */
function complaintsXml({ component, complaints }: ConformanceReport): readonly string[] {
  if (complaints.length === 0) return [];
  const { length } = complaints;
  return [
    `  <testsuite name="${xml(`${component}, profile`)}" tests="${length}" failures="${length}" errors="0" skipped="0" time="0">`,
    ...complaints.map(
      (complaint) =>
        `    <testcase classname="profile" name="${xml(complaint)}" time="0"><failure message="${xml(complaint)}"/></testcase>`,
    ),
    '  </testsuite>',
  ];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
