package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/workflow"
)

const alphabet = "åß∂ 日本語 العربية 🙂\x00\u2028 "

// client runs workflows; its context ends when a program has taken too long.
type client struct {
	context.Context
	*workflow.Client
}

// program is what is done to the workflows.
type program struct {
	name string
	run  func(client) error
}

func (c client) start(name string, input any, options ...workflow.NewWorkflowOptions) (string, error) {
	return c.ScheduleWorkflow(c, name, append(options, workflow.WithInput(input))...)
}

func (c client) ended(id string) (*workflow.WorkflowMetadata, error) {
	return c.WaitForWorkflowCompletion(c, id, workflow.WithFetchPayloads(true))
}

func (c client) output(id string) (any, error) {
	state, err := c.ended(id)
	if err != nil {
		return nil, err
	}
	if state.RuntimeStatus != workflow.StatusCompleted {
		return nil, fmt.Errorf("%s is %s: %s", id, state.RuntimeStatus, state.FailureDetails.GetErrorMessage())
	}
	var output any
	err = json.Unmarshal([]byte(state.Output.GetValue()), &output)
	return output, err
}

// gives raises the events, waits for the end of an instance and compares its output.
func (c client) gives(id string, wanted any, events ...event) error {
	for _, each := range events {
		if err := c.RaiseEvent(c, id, each.name, workflow.WithEventPayload(each.data)); err != nil {
			return err
		}
	}
	output, err := c.output(id)
	return errors.Join(err, same(output, wanted))
}

type event struct {
	name string
	data any
}

// run starts a workflow and compares its output.
func (c client) run(name string, input, wanted any, events ...event) error {
	id, err := c.start(name, input)
	if err != nil {
		return err
	}
	return c.gives(id, wanted, events...)
}

// is compares the status of an instance.
func (c client) is(id string, wanted protos.OrchestrationStatus) error {
	state, err := c.FetchWorkflowMetadata(c, id)
	if err != nil {
		return err
	}
	return same(state.RuntimeStatus, wanted)
}

// same compares as JSON does: all numbers are of one kind.
func same(actual, wanted any) error {
	left, leftErr := json.Marshal(actual)
	right, rightErr := json.Marshal(wanted)
	if err := errors.Join(leftErr, rightErr); err != nil {
		return err
	}
	if !reflect.DeepEqual(left, right) {
		return fmt.Errorf("%.200s is not %.200s", left, right)
	}
	return nil
}

// inOrder stops at the first step that fails.
func inOrder(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

var cities = []string{"Tokyo", "Seattle", "London", "Amsterdam", "Mumbai"}

func greet(c client) error {
	wanted := make([]string, len(cities))
	for i, city := range cities {
		wanted[i] = "Hello " + city + "!"
	}
	return c.run("Greetings", cities, wanted)
}

func tenFanOuts(c client) error {
	failures := make(chan error)
	for range 10 {
		go func() { failures <- c.run("FanOut", 100, 5150) }()
	}
	var all error
	for range 10 {
		all = errors.Join(all, <-failures)
	}
	return all
}

func timer(c client) error {
	began := time.Now()
	if err := c.run("Sleep", 1, "rested"); err != nil {
		return err
	}
	if time.Since(began) < time.Second {
		return errors.New("too early")
	}
	return nil
}

func race(c client) error {
	if err := c.run("Approval", 3600, "approved by Ann", event{"approve", "Ann"}); err != nil {
		return err
	}
	return c.run("Approval", 1, "timed out")
}

func continueAsNew(c client) error {
	events := make([]event, 5)
	for i := range events {
		events[i] = event{"item", i + 1}
	}
	return c.run("Sum", sum{Left: 5, Total: 100}, 115, events...)
}

func retries(c client) error {
	if err := c.run("Retries", flaky{Key: "enough", Failures: 2, Attempts: 4}, 3); err != nil {
		return err
	}
	id, err := c.start("Retries", flaky{Key: "too-few", Failures: 9, Attempts: 3})
	if err != nil {
		return err
	}
	state, err := c.ended(id)
	if err != nil {
		return err
	}
	attempts, err := os.ReadFile(scratch("too-few"))
	return errors.Join(err, same(state.RuntimeStatus, workflow.StatusFailed), same(string(attempts), ".\n.\n.\n"))
}

func failureDetails(c client) error {
	id, err := c.start("Throws", "no bananas")
	if err != nil {
		return err
	}
	state, err := c.ended(id)
	if err != nil {
		return err
	}
	if !strings.Contains(state.FailureDetails.GetErrorMessage(), "no bananas") {
		return fmt.Errorf("the details are %v", state.FailureDetails)
	}
	id, err = c.start("Catches", "no bananas")
	if err != nil {
		return err
	}
	caught, err := c.output(id)
	if text, _ := caught.(string); err == nil && !strings.Contains(text, "no bananas") {
		return fmt.Errorf("caught %v", caught)
	}
	return errors.Join(err, same(state.RuntimeStatus, workflow.StatusFailed))
}

func customStatus(c client) error {
	id, err := c.start("Status", nil)
	if err != nil {
		return err
	}
	state, err := c.FetchWorkflowMetadata(c, id, workflow.WithFetchPayloads(true))
	if err != nil {
		return err
	}
	if err := same(state.CustomStatus.GetValue(), "first"); err != nil {
		return err
	}
	if err := c.gives(id, "done", event{"go", "last ✓"}); err != nil {
		return err
	}
	if state, err = c.ended(id); err != nil {
		return err
	}
	return same(state.CustomStatus.GetValue(), "last ✓")
}

func suspendResume(c client) error {
	id, err := c.start("WaitGo", nil)
	if err != nil {
		return err
	}
	return inOrder(
		func() error { return c.SuspendWorkflow(c, id, "why") },
		func() error { return c.SuspendWorkflow(c, id, "again") },
		func() error { return c.is(id, workflow.StatusSuspended) },
		func() error { return c.RaiseEvent(c, id, "go", workflow.WithEventPayload("kept")) },
		func() error { return c.is(id, workflow.StatusSuspended) },
		func() error { return c.ResumeWorkflow(c, id, "because") },
		func() error { return c.gives(id, "kept") },
	)
}

func terminate(c client) error {
	for child, recursive := range map[string]bool{"ward-go-1": true, "ward-go-2": false} {
		id, err := c.start("Guardian", child)
		if err != nil {
			return err
		}
		if _, err := c.WaitForWorkflowStart(c, child); err != nil {
			return err
		}
		options := []workflow.TerminateOptions{workflow.WithOutput("enough"), workflow.WithRecursiveTerminate(recursive)}
		if err := c.TerminateWorkflow(c, id, options...); err != nil {
			return err
		}
		state, err := c.ended(id)
		if err != nil {
			return err
		}
		wanted := []any{workflow.StatusTerminated, `"enough"`}
		if err := same([]any{state.RuntimeStatus, state.Output.GetValue()}, wanted); err != nil {
			return err
		}
		if recursive {
			state, err = c.ended(child)
			err = errors.Join(err, same(state.RuntimeStatus, workflow.StatusTerminated))
		} else {
			err = errors.Join(c.is(child, workflow.StatusRunning), c.gives(child, "free", event{"go", "free"}))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func purge(c client) error {
	id, err := c.start("Chain", 1)
	if err != nil {
		return err
	}
	if err := errors.Join(c.gives(id, 4), c.PurgeWorkflowState(c, id)); err != nil {
		return err
	}
	if _, err := c.FetchWorkflowMetadata(c, id); !errors.Is(err, api.ErrInstanceNotFound) {
		return fmt.Errorf("after the purge a read gives %v", err)
	}
	return nil
}

// chainHistory runs a chain and gives its id and events.
func (c client) chainHistory() (string, []*protos.HistoryEvent, error) {
	id, err := c.start("Chain", 1)
	if err != nil {
		return "", nil, err
	}
	if err := c.gives(id, 4); err != nil {
		return "", nil, err
	}
	history, err := c.GetInstanceHistory(c, id)
	if err != nil {
		return "", nil, err
	}
	return id, history.Events, nil
}

func rerun(c client) error {
	id, events, err := c.chainHistory()
	if err != nil {
		return err
	}
	var scheduled []int32
	for _, each := range events {
		if each.GetTaskScheduled() != nil {
			scheduled = append(scheduled, each.EventId)
		}
	}
	for wanted, options := range map[int][]workflow.RerunOptions{4: nil, 12: {workflow.WithRerunInput(10)}} {
		again, err := c.RerunWorkflowFromEvent(c, id, uint32(scheduled[1]), options...)
		if err != nil {
			return err
		}
		if err := c.gives(again, wanted); err != nil {
			return err
		}
	}
	return nil
}

func list(c client) error {
	missing := map[string]bool{}
	for n := range 5 {
		id, err := c.start("Chain", n, workflow.WithInstanceID(fmt.Sprintf("listed-%d", n)))
		if err != nil {
			return err
		}
		missing[id] = true
	}
	options := []workflow.ListInstanceIDsOptions{workflow.WithListInstanceIDsPageSize(2)}
	for {
		page, err := c.ListInstanceIDs(c, options...)
		if err != nil {
			return err
		}
		for _, id := range page.InstanceIds {
			delete(missing, id)
		}
		if page.ContinuationToken == nil {
			return same(missing, map[string]bool{})
		}
		options = append(options[:1], workflow.WithListInstanceIDsContinuationToken(*page.ContinuationToken))
	}
}

func history(c client) error {
	_, events, err := c.chainHistory()
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, each := range events {
		switch {
		case each.GetExecutionStarted() != nil:
			count["started"]++
		case each.GetTaskScheduled() != nil:
			count["scheduled"]++
		case each.GetTaskCompleted() != nil:
			count["done"]++
		case each.GetExecutionCompleted() != nil:
			count["completed"]++
		}
	}
	return same(count, map[string]int{"started": 1, "scheduled": 3, "done": 3, "completed": 1})
}

func versions(c client) error {
	if err := c.run("Greeting", "Ann", "good day Ann", event{"go", nil}); err != nil {
		return err
	}
	return c.run("Patched", nil, []bool{true, true}, event{"go", nil})
}

func taskExecutionID(c client) error {
	id, err := c.start("SameExecution", "execution-id")
	if err != nil {
		return err
	}
	output, err := c.output(id)
	if err != nil {
		return err
	}
	seen, _ := output.([]any)
	if len(seen) != 3 || seen[0] == "" || seen[0] != seen[1] || seen[1] != seen[2] {
		return fmt.Errorf("seen: %v", seen)
	}
	return nil
}

func payloads(c client) error {
	megabyte := strings.Repeat(alphabet, 1<<20/len(alphabet))
	return errors.Join(c.run("Echoes", alphabet, alphabet), c.run("Echoes", megabyte, megabyte))
}

var programs = []program{
	{"chain", func(c client) error { return c.run("Chain", 1, 4) }},
	{"greetings", greet},
	{"fan-out-100", func(c client) error { return c.run("FanOut", 100, 5150) }},
	{"fan-out-500", func(c client) error { return c.run("FanOut", 500, 125750) }},
	{"ten-fan-outs", tenFanOuts},
	{"timer", timer},
	{"far-future-wait", func(c client) error { return c.run("WaitOnly", nil, "now", event{"go", "now"}) }},
	{"external-event", func(c client) error {
		payload := map[string]int{"amount": 12}
		return c.run("WaitGo", nil, payload, event{"go", payload})
	}},
	{"event-timer-race", race},
	{"child-workflows", func(c client) error { return c.run("Parent", 1, 9) }},
	{"continue-as-new", continueAsNew},
	{"retries", retries},
	{"failure-details", failureDetails},
	{"custom-status", customStatus},
	{"suspend-resume", suspendResume},
	{"terminate", terminate},
	{"purge", purge},
	{"rerun", rerun},
	{"list", list},
	{"history", history},
	{"versions", versions},
	{"task-execution-id", taskExecutionID},
	{"payloads", payloads},
	{"two-workers", func(c client) error { return c.run("MeetAll", "meeting", 2) }},
	{"worker-killed", func(c client) error { return c.run("DieOnce", "death", "survived after 2") }},
}
