package clients;

import clients.Programs.Program;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dapr.workflows.client.DaprWorkflowClient;
import io.dapr.workflows.runtime.WorkflowRuntimeBuilder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A worker, or the client that runs all programs: the role is the only argument. */
public final class Main {
  private static final int DEADLINE_SECONDS = 90;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private Main() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("worker")) {
      work();
    } else {
      runAll();
    }
    System.exit(0);
  }

  /** Says `ready` when it can be given work, and ends when whoever started it is gone. */
  private static void work() throws Exception {
    WorkflowRuntimeBuilder builder = new WorkflowRuntimeBuilder();
    Activities.register(builder);
    Workflows.register(builder);
    builder.build().start(false);
    OUT.println("ready");
    System.in.readAllBytes();
  }

  private static void runAll() throws Exception {
    try (DaprWorkflowClient client = new DaprWorkflowClient()) {
      for (Map.Entry<String, Program> each : new Programs(client).all().entrySet()) {
        report(each.getKey(), each.getValue());
      }
    }
    for (Map.Entry<String, String> each : Programs.LACKING.entrySet()) {
      print(each.getKey(), Map.of("skipped", each.getValue()));
    }
  }

  private static void report(String name, Program program) throws Exception {
    CompletableFuture<String> remark =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return program.run();
              } catch (Exception error) {
                throw new IllegalStateException(error);
              }
            });
    try {
      print(name, Map.of("ok", true, "detail", remark.get(DEADLINE_SECONDS, TimeUnit.SECONDS)));
    } catch (ExecutionException error) {
      print(name, Map.of("ok", false, "detail", String.valueOf(error.getCause())));
    } catch (TimeoutException error) {
      print(name, Map.of("ok", false, "detail", "did not end in time"));
    }
  }

  private static void print(String program, Map<String, ?> outcome) throws Exception {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("program", program);
    line.putAll(outcome);
    OUT.println(JSON.writeValueAsString(line));
  }
}
