package clients;

import clients.Activities.Flakiness;
import clients.Workflows.Sum;
import io.dapr.workflows.client.DaprWorkflowClient;
import io.dapr.workflows.client.WorkflowRuntimeStatus;
import io.dapr.workflows.client.WorkflowState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is done to the workflows. */
final class Programs {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String ALPHABET = "åß∂ 日本語 العربية 🙂\u0000\u2028 ";

  /** Gives a remark for the table, which may be empty; throws when it fails. */
  interface Program {
    String run() throws Exception;
  }

  private interface Plain {
    void run() throws Exception;
  }

  /** What the SDK has no call for. */
  static final Map<String, String> LACKING =
      Map.of(
          "rerun", "dapr-sdk-workflows has no rerun",
          "list", "dapr-sdk-workflows cannot list instances",
          "history", "dapr-sdk-workflows cannot read histories");

  private final DaprWorkflowClient client;

  Programs(DaprWorkflowClient client) {
    this.client = client;
  }

  Map<String, Program> all() {
    Map<String, Program> all = new LinkedHashMap<>();
    add(all, "chain", () -> same(run("Chain", 1, Integer.class), 4));
    add(all, "greetings", this::greetings);
    add(all, "fan-out-100", () -> same(run("FanOut", 100, Integer.class), 5150));
    add(all, "fan-out-500", () -> same(run("FanOut", 500, Integer.class), 125_750));
    add(all, "ten-fan-outs", this::tenFanOuts);
    add(all, "timer", this::timer);
    add(all, "far-future-wait", () -> same(after("FarFuture", null, "go", "now"), "now"));
    add(all, "external-event", this::externalEvent);
    add(all, "event-timer-race", this::race);
    add(all, "child-workflows", () -> same(run("Parent", 1, Integer.class), 9));
    add(all, "continue-as-new", this::continueAsNew);
    add(all, "retries", this::retries);
    add(all, "failure-details", this::failureDetails);
    all.put("custom-status", this::customStatus);
    add(all, "suspend-resume", this::suspendResume);
    all.put("terminate", this::terminate);
    add(all, "purge", this::purge);
    add(all, "versions", this::versions);
    add(all, "task-execution-id", this::taskExecutionId);
    add(all, "payloads", this::payloads);
    add(all, "two-workers", () -> same(run("MeetAll", "meeting", Integer.class), 2));
    add(all, "worker-killed", () -> same(run("DieOnce", "death", String.class), "survived after 2"));
    return all;
  }

  private static void add(Map<String, Program> all, String name, Plain program) {
    all.put(
        name,
        () -> {
          program.run();
          return "";
        });
  }

  private void greetings() throws Exception {
    List<String> cities = List.of("Tokyo", "Seattle", "London", "Amsterdam", "Mumbai");
    same(run("Greetings", cities, List.class), cities.stream().map("Hello %s!"::formatted).toList());
  }

  private void tenFanOuts() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int count = 0; count < 10; count++) {
      ids.add(client.scheduleNewWorkflow("FanOut", 100));
    }
    for (String id : ids) {
      same(output(id, Integer.class), 5150);
    }
  }

  private void timer() throws Exception {
    long began = System.nanoTime();
    same(run("Sleep", 1, String.class), "rested");
    check(System.nanoTime() - began >= 1_000_000_000L, "too early");
  }

  private void externalEvent() throws Exception {
    String id = client.scheduleNewWorkflow("WaitGo");
    client.raiseEvent(id, "go", Map.of("amount", 12));
    same(output(id, Map.class), Map.of("amount", 12));
  }

  private void race() throws Exception {
    same(after("Approval", 3_600, "approve", "Ann"), "approved by Ann");
    same(run("Approval", 1, String.class), "timed out");
  }

  private void continueAsNew() throws Exception {
    String id = client.scheduleNewWorkflow("Sum", new Sum(5, 100));
    for (int item = 1; item <= 5; item++) {
      client.raiseEvent(id, "item", item);
    }
    same(output(id, Integer.class), 115);
  }

  private void retries() throws Exception {
    same(run("Retries", new Flakiness("enough", 2, 4), Integer.class), 3);
    Flakiness tooFew = new Flakiness("too-few", 9, 3);
    same(ended(client.scheduleNewWorkflow("Retries", tooFew)).getRuntimeStatus(), WorkflowRuntimeStatus.FAILED);
    same(Files.readAllLines(Activities.scratch("too-few")).size(), 3);
  }

  private void failureDetails() throws Exception {
    WorkflowState state = ended(client.scheduleNewWorkflow("Throws", "no bananas"));
    same(state.getRuntimeStatus(), WorkflowRuntimeStatus.FAILED);
    String message = state.getFailureDetails().getErrorMessage();
    check(message.contains("no bananas"), message);
    String caught = run("Catches", "no bananas", String.class);
    check(caught.startsWith("caught ") && caught.contains("no bananas"), caught);
  }

  private String customStatus() throws Exception {
    String id = client.scheduleNewWorkflow("Status");
    check(read(id).contains("\\\"first\\\""), read(id));
    client.raiseEvent(id, "go", "last");
    same(output(id, String.class), "done");
    check(read(id).contains("\\\"last\\\""), read(id));
    return "read over HTTP: this SDK sets it and cannot read it";
  }

  private static String read(String id) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%s/v1.0/workflows/dapr/%s".formatted(System.getenv("DAPR_HTTP_PORT"), id));
    return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }

  private void suspendResume() throws Exception {
    String id = client.scheduleNewWorkflow("WaitGo");
    client.suspendWorkflow(id, "why");
    client.suspendWorkflow(id, "again");
    same(status(id), WorkflowRuntimeStatus.SUSPENDED);
    client.raiseEvent(id, "go", "kept");
    same(status(id), WorkflowRuntimeStatus.SUSPENDED);
    client.resumeWorkflow(id, "because");
    check(status(id) != WorkflowRuntimeStatus.SUSPENDED, "still suspended");
    same(output(id, String.class), "kept");
  }

  private String terminate() throws Exception {
    String child = "ward-java";
    String id = client.scheduleNewWorkflow("Guardian", child);
    client.waitForWorkflowStart(child, DEADLINE, false);
    client.terminateWorkflow(id, "enough");
    WorkflowState state = ended(id);
    same(state.getRuntimeStatus(), WorkflowRuntimeStatus.TERMINATED);
    same(state.getSerializedOutput(), "\"enough\"");
    same(status(child), WorkflowRuntimeStatus.RUNNING);
    client.raiseEvent(child, "go", "free");
    same(output(child, String.class), "free");
    return "the child stays: this SDK cannot ask for more";
  }

  private void purge() throws Exception {
    String id = client.scheduleNewWorkflow("Chain", 1);
    same(output(id, Integer.class), 4);
    check(client.purgeWorkflow(id), "nothing was purged");
    // This SDK shows an instance that does not exist as one without a name.
    same(client.getWorkflowState(id, true).getName(), "");
  }

  private void versions() throws Exception {
    same(after("Greeting", "Ann", "go", null), "good day Ann");
    same(after("Patched", null, "go", null), "true true");
  }

  private void taskExecutionId() throws Exception {
    String[] seen = run("SameExecution", "execution-id", String.class).split(",");
    String all = String.join(" ", seen);
    check(seen.length == 3 && !seen[0].isEmpty(), all);
    check(seen[0].equals(seen[1]) && seen[1].equals(seen[2]), all);
  }

  private void payloads() throws Exception {
    String megabyte = ALPHABET.repeat((1 << 20) / ALPHABET.getBytes("UTF-8").length);
    for (String text : new String[] {ALPHABET, megabyte}) {
      check(run("Echoes", text, String.class).equals(text), "the text came back changed");
    }
  }

  private String after(String workflow, Object input, String event, Object data) throws Exception {
    String id = client.scheduleNewWorkflow(workflow, input);
    client.raiseEvent(id, event, data);
    return output(id, String.class);
  }

  private <T> T run(String workflow, Object input, Class<T> type) throws Exception {
    return output(client.scheduleNewWorkflow(workflow, input), type);
  }

  private <T> T output(String id, Class<T> type) throws Exception {
    WorkflowState state = ended(id);
    check(state.getRuntimeStatus() == WorkflowRuntimeStatus.COMPLETED, state.toString());
    return state.readOutputAs(type);
  }

  private WorkflowState ended(String id) throws Exception {
    return client.waitForWorkflowCompletion(id, DEADLINE, true);
  }

  private WorkflowRuntimeStatus status(String id) {
    return client.getWorkflowState(id, false).getRuntimeStatus();
  }

  private static void same(Object actual, Object wanted) {
    check(Objects.equals(actual, wanted), actual + " is not " + wanted);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
