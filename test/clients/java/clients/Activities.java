package clients;

import io.dapr.workflows.WorkflowActivity;
import io.dapr.workflows.WorkflowActivityContext;
import io.dapr.workflows.runtime.WorkflowRuntimeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/** Activities of the test application. */
final class Activities {
  private static final Path SCRATCH = Path.of(System.getenv().getOrDefault("WFHOST_SCRATCH", "."));

  private Activities() {}

  /** How often an activity fails, and how often it may be tried. */
  record Flakiness(String key, int failures, int attempts) {}

  static void register(WorkflowRuntimeBuilder builder) {
    builder
        .registerActivity("PlusOne", PlusOne.class)
        .registerActivity("SayHello", SayHello.class)
        .registerActivity("Echo", Echo.class)
        .registerActivity("Fail", Fail.class)
        .registerActivity("Flaky", Flaky.class)
        .registerActivity("ExecutionId", ExecutionId.class)
        .registerActivity("Meet", Meet.class)
        .registerActivity("Die", Die.class);
  }

  static Path scratch(String name) {
    return SCRATCH.resolve(name);
  }

  /** Notes an attempt, whichever worker has it, and gives all of them. */
  private static List<String> attempt(String key, String line) {
    try {
      Path file = scratch(key);
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return Files.readAllLines(file);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  public static final class PlusOne implements WorkflowActivity {
    @Override
    public Object run(WorkflowActivityContext context) {
      return context.getInput(Integer.class) + 1;
    }
  }

  public static final class SayHello implements WorkflowActivity {
    @Override
    public Object run(WorkflowActivityContext context) {
      return "Hello " + context.getInput(String.class) + "!";
    }
  }

  public static final class Echo implements WorkflowActivity {
    @Override
    public Object run(WorkflowActivityContext context) {
      return context.getInput(String.class);
    }
  }

  public static final class Fail implements WorkflowActivity {
    @Override
    public Object run(WorkflowActivityContext context) {
      throw new IllegalStateException(context.getInput(String.class));
    }
  }

  public static final class Flaky implements WorkflowActivity {
    @Override
    public Object run(WorkflowActivityContext context) {
      Flakiness given = context.getInput(Flakiness.class);
      int attempts = attempt(given.key(), ".").size();
      if (attempts <= given.failures()) {
        throw new IllegalStateException("attempt " + attempts + " fails");
      }
      return attempts;
    }
  }

  /** Fails until it has seen its execution id three times. */
  public static final class ExecutionId implements WorkflowActivity {
    @Override
    public Object run(WorkflowActivityContext context) {
      List<String> seen = attempt(context.getInput(String.class), context.getTaskExecutionId());
      if (seen.size() < 3) {
        throw new IllegalStateException("not often enough");
      }
      return String.join(",", seen);
    }
  }

  /** Waits until two processes are at it. */
  public static final class Meet implements WorkflowActivity {
    @Override
    public Object run(WorkflowActivityContext context) {
      String key = context.getInput(String.class) + "-";
      long pid = ProcessHandle.current().pid();
      try {
        Files.writeString(scratch(key + pid), "");
        Instant endsAt = Instant.now().plusSeconds(30);
        while (met(key) < 2) {
          if (Instant.now().isAfter(endsAt)) {
            throw new IllegalStateException("only one worker has work");
          }
          Thread.sleep(20);
        }
      } catch (IOException | InterruptedException error) {
        throw new IllegalStateException(error);
      }
      return pid;
    }

    private static long met(String prefix) throws IOException {
      try (var files = Files.list(SCRATCH)) {
        return files.filter(file -> file.getFileName().toString().startsWith(prefix)).count();
      }
    }
  }

  /** The first worker that gets this does not survive it. */
  public static final class Die implements WorkflowActivity {
    @Override
    public Object run(WorkflowActivityContext context) {
      Path mark = scratch(context.getInput(String.class));
      if (Files.exists(mark)) {
        return "survived";
      }
      try {
        Files.writeString(mark, "");
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
      Runtime.getRuntime().halt(137);
      return "unreachable";
    }
  }
}
