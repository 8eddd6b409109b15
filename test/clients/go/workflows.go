package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dapr/durabletask-go/task"
	"github.com/dapr/durabletask-go/workflow"
)

type ctx = *workflow.WorkflowContext

// flaky says how often an activity fails, and how often it may be tried.
type flaky struct {
	Key      string `json:"key"`
	Failures int    `json:"failures"`
	Attempts int    `json:"attempts"`
}

// sum is the state a workflow carries over its generations.
type sum struct {
	Left  int `json:"left"`
	Total int `json:"total"`
}

func scratch(name string) string {
	return filepath.Join(os.Getenv("WFHOST_SCRATCH"), name)
}

// activity makes one that reads its input before it runs.
func activity[In, Out any](run func(workflow.ActivityContext, In) (Out, error)) workflow.Activity {
	return func(c workflow.ActivityContext) (any, error) {
		var input In
		if err := c.GetInput(&input); err != nil {
			return nil, err
		}
		return run(c, input)
	}
}

// flow makes a workflow that reads its input before it runs.
func flow[In, Out any](run func(ctx, In) (Out, error)) workflow.Workflow {
	return func(c ctx) (any, error) {
		var input In
		if err := c.GetInput(&input); err != nil {
			return nil, err
		}
		return run(c, input)
	}
}

func call[Out any](task workflow.Task) (Out, error) {
	var result Out
	err := task.Await(&result)
	return result, err
}

func act(c ctx, name string, input any, options ...workflow.CallActivityOption) workflow.Task {
	return c.CallActivity(name, append(options, workflow.WithActivityInput(input))...)
}

func retry(attempts int) workflow.CallActivityOption {
	return workflow.WithActivityRetryPolicy(&workflow.RetryPolicy{
		MaxAttempts:          attempts,
		InitialRetryInterval: 50 * time.Millisecond,
	})
}

// attempt notes an attempt, whichever worker has it, and gives all of them.
func attempt(key, line string) ([]string, error) {
	file, err := os.OpenFile(scratch(key), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.WriteString(line + "\n")
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(scratch(key))
	return strings.Split(strings.TrimSpace(string(text)), "\n"), err
}

func runFlaky(_ workflow.ActivityContext, given flaky) (int, error) {
	attempts, err := attempt(given.Key, ".")
	if err == nil && len(attempts) <= given.Failures {
		err = fmt.Errorf("attempt %d fails", len(attempts))
	}
	return len(attempts), err
}

// executionID fails until it has seen its execution id three times.
func executionID(c workflow.ActivityContext, key string) ([]string, error) {
	seen, err := attempt(key, c.GetTaskExecutionID())
	if err == nil && len(seen) < 3 {
		err = errors.New("not often enough")
	}
	return seen, err
}

// meet waits until two processes are at it.
func meet(_ workflow.ActivityContext, key string) (int, error) {
	if err := os.WriteFile(scratch(fmt.Sprintf("%s-%d", key, os.Getpid())), nil, 0o600); err != nil {
		return 0, err
	}
	for endsAt := time.Now().Add(30 * time.Second); time.Now().Before(endsAt); time.Sleep(20 * time.Millisecond) {
		if met, _ := filepath.Glob(scratch(key + "-*")); len(met) >= 2 {
			return os.Getpid(), nil
		}
	}
	return 0, errors.New("only one worker has work")
}

// die ends the first worker that gets it.
func die(_ workflow.ActivityContext, key string) (string, error) {
	if _, err := os.Stat(scratch(key)); err == nil {
		return "survived", nil
	}
	if err := os.WriteFile(scratch(key), nil, 0o600); err != nil {
		return "", err
	}
	return "unreachable", syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

var activities = map[string]workflow.Activity{
	"PlusOne":     activity(func(_ workflow.ActivityContext, n int) (int, error) { return n + 1, nil }),
	"SayHello":    activity(func(_ workflow.ActivityContext, name string) (string, error) { return "Hello " + name + "!", nil }),
	"Echo":        activity(func(_ workflow.ActivityContext, text string) (string, error) { return text, nil }),
	"Fail":        activity(func(_ workflow.ActivityContext, text string) (any, error) { return nil, errors.New(text) }),
	"Flaky":       activity(runFlaky),
	"ExecutionID": activity(executionID),
	"Meet":        activity(meet),
	"Die":         activity(die),
}

func chain(c ctx, n int) (int, error) {
	for range 3 {
		var err error
		if n, err = call[int](act(c, "PlusOne", n)); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func greetings(c ctx, names []string) ([]string, error) {
	greetings := make([]string, len(names))
	for i, name := range names {
		var err error
		if greetings[i], err = call[string](act(c, "SayHello", name)); err != nil {
			return nil, err
		}
	}
	return greetings, nil
}

func fanOut(c ctx, n int) (int, error) {
	tasks := make([]workflow.Task, n)
	for i := range tasks {
		tasks[i] = act(c, "PlusOne", i+1)
	}
	total := 0
	for _, each := range tasks {
		result, err := call[int](each)
		if err != nil {
			return 0, err
		}
		total += result
	}
	return total, nil
}

func sleep(c ctx, seconds int) (string, error) {
	return "rested", c.CreateTimer(time.Duration(seconds) * time.Second).Await(nil)
}

// waitGo works first, so that an event may come before it is waited for.
func waitGo(c ctx, _ any) (any, error) {
	if _, err := call[int](act(c, "PlusOne", 1)); err != nil {
		return nil, err
	}
	return call[any](c.WaitForExternalEvent("go", -1))
}

func approval(c ctx, seconds int) (string, error) {
	name, err := call[string](c.WaitForExternalEvent("approve", time.Duration(seconds)*time.Second))
	if errors.Is(err, task.ErrTaskCanceled) {
		return "timed out", nil
	}
	return "approved by " + name, err
}

func childOf(name string, then func(int) int) workflow.Workflow {
	return flow(func(c ctx, n int) (int, error) {
		result, err := call[int](c.CallChildWorkflow(name, workflow.WithChildWorkflowInput(n)))
		return then(result), err
	})
}

func sumItems(c ctx, state sum) (int, error) {
	item, err := call[int](c.WaitForExternalEvent("item", -1))
	if err != nil {
		return 0, err
	}
	if state.Left > 1 {
		next := sum{Left: state.Left - 1, Total: state.Total + item}
		c.ContinueAsNew(next, workflow.WithKeepUnprocessedEvents())
	}
	return state.Total + item, nil
}

func catches(c ctx, text string) (string, error) {
	if err := act(c, "Fail", text).Await(nil); err != nil {
		return "caught " + err.Error(), nil
	}
	return "nothing was thrown", nil
}

func status(c ctx, _ any) (string, error) {
	c.SetCustomStatus("first")
	word, err := call[string](c.WaitForExternalEvent("go", -1))
	c.SetCustomStatus(word)
	return "done", err
}

func guardian(c ctx, childID string) (any, error) {
	return call[any](c.CallChildWorkflow("WaitGo", workflow.WithChildWorkflowInstanceID(childID)))
}

func meetAll(c ctx, key string) (int, error) {
	tasks := make([]workflow.Task, 8)
	for i := range tasks {
		tasks[i] = act(c, "Meet", key)
	}
	met := map[int]bool{}
	for _, each := range tasks {
		pid, err := call[int](each)
		if err != nil {
			return 0, err
		}
		met[pid] = true
	}
	return len(met), nil
}

func dieOnce(c ctx, key string) (string, error) {
	before, err := call[int](act(c, "PlusOne", 1))
	if err != nil {
		return "", err
	}
	word, err := call[string](act(c, "Die", key))
	return fmt.Sprintf("%s after %d", word, before), err
}

// patched asks before and after a wait: the answer must not change in between.
func patched(c ctx, _ any) ([]bool, error) {
	before := c.IsPatched("new way")
	err := c.WaitForExternalEvent("go", -1).Await(nil)
	return []bool{before, c.IsPatched("new way")}, err
}

var workflows = map[string]workflow.Workflow{
	"Chain":     flow(chain),
	"Greetings": flow(greetings),
	"FanOut":    flow(fanOut),
	"Sleep":     flow(sleep),
	"WaitGo":    flow(waitGo),
	"WaitOnly": flow(func(c ctx, _ any) (any, error) {
		return call[any](c.WaitForExternalEvent("go", -1))
	}),
	"Approval": flow(approval),
	"Parent":   childOf("Child", func(n int) int { return n + 1 }),
	"Child":    childOf("Chain", func(n int) int { return n * 2 }),
	"Sum":      flow(sumItems),
	"Retries": flow(func(c ctx, given flaky) (int, error) {
		return call[int](act(c, "Flaky", given, retry(given.Attempts)))
	}),
	"SameExecution": flow(func(c ctx, key string) ([]string, error) {
		return call[[]string](act(c, "ExecutionID", key, retry(5)))
	}),
	"Throws": flow(func(c ctx, text string) (any, error) {
		return nil, act(c, "Fail", text).Await(nil)
	}),
	"Catches":  flow(catches),
	"Status":   flow(status),
	"Guardian": flow(guardian),
	"Echoes": flow(func(c ctx, text string) (string, error) {
		return call[string](act(c, "Echo", text))
	}),
	"MeetAll": flow(meetAll),
	"DieOnce": flow(dieOnce),
	"Patched": flow(patched),
}

func oldGreeting(_ ctx, name string) (string, error) {
	return "hello " + name, nil
}

func newGreeting(c ctx, name string) (string, error) {
	return "good day " + name, c.WaitForExternalEvent("go", -1).Await(nil)
}

func register() (*workflow.Registry, error) {
	registry := workflow.NewRegistry()
	var failures []error
	for name, run := range activities {
		failures = append(failures, registry.AddActivityN(name, run))
	}
	for name, run := range workflows {
		failures = append(failures, registry.AddWorkflowN(name, run))
	}
	failures = append(failures,
		registry.AddVersionedWorkflowN("Greeting", "v1", false, flow(oldGreeting)),
		registry.AddVersionedWorkflowN("Greeting", "v2", true, flow(newGreeting)))
	return registry, errors.Join(failures...)
}
