/** House rules that no stock lint rule covers. Loaded by .oxlintrc.json; test/tidy.test.ts plants one violation of each. */

/** `new Date()` and `Date()` read the clock; `new Date(value)` only converts. */
const noAmbientDate = {
  create(context) {
    const check = (node) => {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date') return;
      if (node.type === 'NewExpression' && node.arguments.length > 0) return;
      context.report({ node, message: 'This reads the clock. Time is passed in.' });
    };
    return { NewExpression: check, CallExpression: check };
  },
};

/** A rule that does not fit is changed for everybody, with a reason, in one place. */
const noLintSuppression = {
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (!/^\s*(eslint|oxlint)-disable/.test(comment.value)) continue;
          context.report({ node: comment, message: 'No suppressions: mend the code, or the rule.' });
        }
      },
    };
  },
};

export default {
  meta: { name: 'wfhost' },
  rules: { 'no-ambient-date': noAmbientDate, 'no-lint-suppression': noLintSuppression },
};
