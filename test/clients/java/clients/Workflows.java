package clients;

import clients.Activities.Flakiness;
import io.dapr.durabletask.Task;
import io.dapr.durabletask.TaskCanceledException;
import io.dapr.durabletask.TaskFailedException;
import io.dapr.workflows.Workflow;
import io.dapr.workflows.WorkflowContext;
import io.dapr.workflows.WorkflowStub;
import io.dapr.workflows.WorkflowTaskOptions;
import io.dapr.workflows.WorkflowTaskRetryPolicy;
import io.dapr.workflows.runtime.WorkflowRuntimeBuilder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Workflows of the test application. */
final class Workflows {
  /** What a workflow carries over its generations. */
  record Sum(int left, int total) {}

  private static final Map<String, WorkflowStub> WORKFLOWS =
      Map.ofEntries(
          Map.entry("Chain", Workflows::chain),
          Map.entry("Greetings", Workflows::greetings),
          Map.entry("FanOut", Workflows::fanOut),
          Map.entry("Sleep", Workflows::sleep),
          Map.entry("FarFuture", Workflows::farFuture),
          Map.entry("WaitGo", Workflows::waitGo),
          Map.entry("Approval", Workflows::approval),
          Map.entry("Parent", Workflows::parent),
          Map.entry("Child", Workflows::child),
          Map.entry("Sum", Workflows::sum),
          Map.entry("Retries", Workflows::retries),
          Map.entry("SameExecution", Workflows::sameExecution),
          Map.entry("Throws", Workflows::throwing),
          Map.entry("Catches", Workflows::catching),
          Map.entry("Status", Workflows::status),
          Map.entry("Guardian", Workflows::guardian),
          Map.entry("Echoes", Workflows::echoes),
          Map.entry("MeetAll", Workflows::meetAll),
          Map.entry("DieOnce", Workflows::dieOnce),
          Map.entry("Patched", Workflows::patched));

  private Workflows() {}

  static void register(WorkflowRuntimeBuilder builder) {
    WORKFLOWS.forEach((name, run) -> builder.registerWorkflow(name, workflow(run), null, null));
    builder.registerWorkflow("Greeting", workflow(Workflows::oldGreeting), "v1", false);
    builder.registerWorkflow("Greeting", workflow(Workflows::newGreeting), "v2", true);
  }

  private static Workflow workflow(WorkflowStub run) {
    return () -> run;
  }

  private static WorkflowTaskOptions retry(int attempts) {
    return new WorkflowTaskOptions(
        WorkflowTaskRetryPolicy.newBuilder()
            .setMaxNumberOfAttempts(attempts)
            .setFirstRetryInterval(Duration.ofMillis(50))
            .build());
  }

  private static void chain(WorkflowContext context) {
    int value = context.getInput(Integer.class);
    for (int step = 0; step < 3; step++) {
      value = context.callActivity("PlusOne", value, Integer.class).await();
    }
    context.complete(value);
  }

  private static void greetings(WorkflowContext context) {
    List<String> greetings = new ArrayList<>();
    for (String name : context.getInput(String[].class)) {
      greetings.add(context.callActivity("SayHello", name, String.class).await());
    }
    context.complete(greetings);
  }

  private static void fanOut(WorkflowContext context) {
    List<Task<Integer>> tasks =
        IntStream.rangeClosed(1, context.getInput(Integer.class))
            .mapToObj(index -> context.callActivity("PlusOne", index, Integer.class))
            .toList();
    context.complete(context.allOf(tasks).await().stream().mapToInt(Integer::intValue).sum());
  }

  private static void sleep(WorkflowContext context) {
    context.createTimer(Duration.ofSeconds(context.getInput(Integer.class))).await();
    context.complete("rested");
  }

  private static void farFuture(WorkflowContext context) {
    Task<String> event = context.waitForExternalEvent("go", String.class);
    ZonedDateTime end = ZonedDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_999, ZoneOffset.UTC);
    context.anyOf(event, context.createTimer(end)).await();
    context.complete(event.await());
  }

  /** Works first, so that an event may come before it is waited for. */
  private static void waitGo(WorkflowContext context) {
    context.callActivity("PlusOne", 1, Integer.class).await();
    context.complete(context.waitForExternalEvent("go", Object.class).await());
  }

  private static void approval(WorkflowContext context) {
    Duration timeout = Duration.ofSeconds(context.getInput(Integer.class));
    try {
      String name = context.waitForExternalEvent("approve", timeout, String.class).await();
      context.complete("approved by " + name);
    } catch (TaskCanceledException late) {
      context.complete("timed out");
    }
  }

  private static void parent(WorkflowContext context) {
    int input = context.getInput(Integer.class);
    context.complete(context.callChildWorkflow("Child", input, Integer.class).await() + 1);
  }

  private static void child(WorkflowContext context) {
    int input = context.getInput(Integer.class);
    context.complete(context.callChildWorkflow("Chain", input, Integer.class).await() * 2);
  }

  private static void sum(WorkflowContext context) {
    Sum state = context.getInput(Sum.class);
    int total = state.total() + context.waitForExternalEvent("item", Integer.class).await();
    if (state.left() > 1) {
      context.continueAsNew(new Sum(state.left() - 1, total), true);
    } else {
      context.complete(total);
    }
  }

  private static void retries(WorkflowContext context) {
    Flakiness given = context.getInput(Flakiness.class);
    context.complete(
        context.callActivity("Flaky", given, retry(given.attempts()), Integer.class).await());
  }

  private static void sameExecution(WorkflowContext context) {
    String key = context.getInput(String.class);
    context.complete(context.callActivity("ExecutionId", key, retry(5), String.class).await());
  }

  private static void throwing(WorkflowContext context) {
    context.callActivity("Fail", context.getInput(String.class)).await();
  }

  private static void catching(WorkflowContext context) {
    try {
      context.callActivity("Fail", context.getInput(String.class)).await();
      context.complete("nothing was thrown");
    } catch (TaskFailedException error) {
      context.complete("caught " + error.getErrorDetails().getErrorMessage());
    }
  }

  private static void status(WorkflowContext context) {
    context.setCustomStatus("first");
    context.setCustomStatus(context.waitForExternalEvent("go", String.class).await());
    context.complete("done");
  }

  private static void guardian(WorkflowContext context) {
    String childId = context.getInput(String.class);
    context.complete(context.callChildWorkflow("WaitGo", null, childId, Object.class).await());
  }

  private static void echoes(WorkflowContext context) {
    String text = context.getInput(String.class);
    context.complete(context.callActivity("Echo", text, String.class).await());
  }

  private static void meetAll(WorkflowContext context) {
    String key = context.getInput(String.class);
    List<Task<Long>> tasks =
        IntStream.range(0, 8)
            .mapToObj(index -> context.callActivity("Meet", key, Long.class))
            .toList();
    context.complete(new HashSet<>(context.allOf(tasks).await()).size());
  }

  private static void dieOnce(WorkflowContext context) {
    String key = context.getInput(String.class);
    int before = context.callActivity("PlusOne", 1, Integer.class).await();
    String word = context.callActivity("Die", key, String.class).await();
    context.complete(word + " after " + before);
  }

  /** Asks before and after a wait: the answer must not change in between. */
  private static void patched(WorkflowContext context) {
    boolean before = context.isPatched("new way");
    context.waitForExternalEvent("go").await();
    context.complete(before + " " + context.isPatched("new way"));
  }

  private static void oldGreeting(WorkflowContext context) {
    context.complete("hello " + context.getInput(String.class));
  }

  private static void newGreeting(WorkflowContext context) {
    context.waitForExternalEvent("go").await();
    context.complete("good day " + context.getInput(String.class));
  }
}
