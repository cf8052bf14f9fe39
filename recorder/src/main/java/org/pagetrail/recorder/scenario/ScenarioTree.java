package org.pagetrail.recorder.scenario;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.pagetrail.recorder.kernel.elf.ShippedPrograms;
import org.pagetrail.recorder.scenario.Scenario.Phase;
import org.pagetrail.recorder.scenario.Scenario.Start;
import org.pagetrail.recorder.scenario.Step.Bad;
import org.pagetrail.recorder.scenario.Step.Order;
import org.pagetrail.recorder.scenario.Step.Part;
import org.pagetrail.recorder.workload.AccessMix;
import org.pagetrail.recorder.workload.Distribution;
import org.pagetrail.traces.yaml.YamlNode;

/** A scenario read from a tree; everything that can be wrong with it by itself is found here, and said with its place. */
final class ScenarioTree {
    private static final long MOST = 1_000_000_000_000L;
    private static final int MOST_PROCESSES = 1_000;
    private static final int MOST_TIMES = 1_000_000;
    private static final long USER_HEAP = 896L << 20;
    private static final long USER_STACK = 8L << 20;
    private static final int LARGEST_BLOCK = 16 << 20;
    private static final int LARGEST_COPY = 1 << 20;
    private static final int PERCENT = 100;

    /** Names of the phases that every recording has. */
    private static final Set<String> TAKEN = Set.of("B1", "B2", "S1", "S2", "S3", "S4", "S5", "S6", ScenarioRun.START);

    private ScenarioTree() {}

    static Scenario scenario(YamlNode root, String text) {
        root.only("name", "title", "timer", "phases");
        List<Phase> phases = new ArrayList<>();
        Set<String> taken = new HashSet<>(TAKEN);
        for (YamlNode phase : root.items("phases")) {
            phases.add(phase(phase));
            if (!taken.add(phase.get("name").text())) {
                throw phase.get("name")
                        .wrong(
                                "there is a phase '" + phase.get("name").text() + "' already",
                                "traces tell phases by their names: give it another");
            }
        }
        return new Scenario(
                name(root.get("name")),
                root.get("title").text(),
                root.has("timer") ? root.get("timer").number(0, MOST) : 0,
                phases,
                text);
    }

    private static String name(YamlNode node) {
        if (!node.text().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw node.wrong("'" + node.text() + "' is no name", "use up to 64 letters, digits, dots and dashes");
        }
        return node.text();
    }

    private static Phase phase(YamlNode node) {
        node.only("name", "processes", "idle");
        List<Start> starts = new ArrayList<>();
        for (YamlNode start : node.items("processes")) {
            start.only("program", "count", "steps");
            int count = start.has("count") ? (int) start.get("count").number(1, MOST_PROCESSES) : 1;
            starts.add(new Start(program(start.get("program")), count, steps(start.get("steps"))));
        }
        return new Phase(
                name(node.get("name")),
                starts,
                node.has("idle") ? node.get("idle").number(0, MOST) : 0);
    }

    private static String program(YamlNode node) {
        return node.oneOf(Scenario.programs().toArray(String[]::new));
    }

    /** Steps may have steps; how deep is bounded by what {@link YamlNode} reads. */
    private static List<Step> steps(YamlNode node) {
        List<Step> steps = new ArrayList<>();
        for (YamlNode item : node.items()) {
            steps.add(item.isScalar() ? plain(item) : step(item));
        }
        return List.copyOf(steps);
    }

    private static Step plain(YamlNode node) {
        return switch (node.oneOf("yield", "wait", "exit")) {
            case "yield" -> new Step.GiveWay();
            case "wait" -> new Step.Await();
            default -> new Step.Exit(0);
        };
    }

    private static Step step(YamlNode node) {
        node.only(
                "run",
                "touch",
                "brk",
                "protect",
                "recurse",
                "fork",
                "exec",
                "map-library",
                "write",
                "read",
                "kernel-allocate",
                "kernel-free",
                "deep-call",
                "bad-access",
                "sleep",
                "exit",
                "repeat");
        if (node.keys().size() != 1) {
            throw node.wrong("a step has one key, this has " + node.keys().size(), "write a '- ' before each step");
        }
        String key = node.keys().iterator().next();
        YamlNode value = node.get(key);
        return switch (key) {
            case "run" -> new Step.Run(value.number(1, MOST));
            case "touch" -> touch(value);
            case "brk" -> moveBreak(value);
            case "protect" -> protect(value);
            case "recurse" -> recurse(value);
            case "fork" ->
                new Step.Fork(
                        value.only("count", "steps").has("count")
                                ? (int) value.get("count").number(1, MOST_PROCESSES)
                                : 1,
                        steps(value.get("steps")));
            case "exec" ->
                new Step.Exec(program(value.only("program", "steps").get("program")), steps(value.get("steps")));
            case "map-library" -> new Step.MapLibrary(value.oneOf(ShippedPrograms.LIBRARIES.toArray(String[]::new)));
            case "write" -> new Step.Write(copied(value), good(value));
            case "read" -> new Step.Read(copied(value), good(value));
            case "kernel-allocate" ->
                new Step.KernelAllocate(
                        (int) bounded(value.only("bytes", "count").get("bytes"), LARGEST_BLOCK),
                        value.has("count") ? (int) value.get("count").number(1, MOST_TIMES) : 1);
            case "kernel-free" -> new Step.KernelFree((int) value.number(1, MOST_TIMES));
            case "deep-call" -> new Step.DeepCall((int) value.number(1, MOST_TIMES));
            case "bad-access" -> new Step.BadAccess(word(value, Bad.values()));
            case "sleep" -> new Step.Sleep(value.number(1, MOST));
            case "exit" -> new Step.Exit((int) value.number(0, 255));
            default ->
                new Step.Repeat(
                        (int) value.only("times", "steps").get("times").number(1, MOST_TIMES),
                        steps(value.get("steps")));
        };
    }

    private static long bounded(YamlNode node, long most) {
        return bounded(node, 1, most);
    }

    private static long bounded(YamlNode node, long least, long most) {
        long bytes = node.size();
        if (bytes < least || bytes > most) {
            throw node.wrong(
                    "'" + node.text() + "' is out of range",
                    String.format(Locale.ROOT, "it goes from %d to %,d bytes", least, most));
        }
        return bytes;
    }

    private static long offset(YamlNode node) {
        return node.has("offset") ? bounded(node.get("offset"), 0, USER_HEAP) : 0;
    }

    private static <E extends Enum<E>> E word(YamlNode node, E[] values) {
        String[] words = new String[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = values[i].name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        String chosen = node.oneOf(words);
        return values[List.of(words).indexOf(chosen)];
    }

    private static int copied(YamlNode node) {
        return (int) bounded(node.only("bytes", "pointer").get("bytes"), LARGEST_COPY);
    }

    private static boolean good(YamlNode node) {
        return !node.has("pointer") || node.get("pointer").oneOf("good", "bad").equals("good");
    }

    private static Step moveBreak(YamlNode node) {
        node.only("grow", "shrink");
        if (node.keys().size() != 1) {
            throw node.wrong("brk grows or shrinks", "write {grow: SIZE} or {shrink: SIZE}");
        }
        return node.has("grow")
                ? new Step.Break(bounded(node.get("grow"), USER_HEAP))
                : new Step.Break(-bounded(node.get("shrink"), USER_HEAP));
    }

    private static Step protect(YamlNode node) {
        node.only("offset", "bytes", "writable");
        return new Step.Protect(
                offset(node),
                bounded(node.get("bytes"), USER_HEAP),
                node.get("writable").truth());
    }

    private static Step recurse(YamlNode node) {
        node.only("depth", "frame");
        int frame = node.has("frame") ? (int) bounded(node.get("frame"), USER_STACK) : 64;
        int depth = (int) node.get("depth").number(1, MOST_TIMES);
        if ((long) depth * frame > USER_STACK) {
            throw node.wrong(
                    depth + " calls of " + frame + " bytes are more than a stack of " + USER_STACK + " bytes",
                    "call less deep, or with less");
        }
        return new Step.Recurse(depth, frame + Integer.BYTES - 1 & -Integer.BYTES);
    }

    private static Step touch(YamlNode node) {
        node.only(
                "area",
                "pattern",
                "step",
                "stride",
                "distribution",
                "exponent",
                "hot",
                "share",
                "count",
                "size",
                "writes",
                "offset",
                "bytes");
        Order order = word(node.get("pattern"), Order.values());
        about(node, order == Order.SEQUENTIAL, "pattern: sequential", "step");
        about(node, order == Order.STRIDE, "pattern: stride", "stride");
        about(node, order == Order.RANDOM, "pattern: random", "distribution");
        int size = node.has("size") ? (int) bounded(node.get("size"), AccessMix.LARGEST) : Integer.BYTES;
        long step =
                switch (order) {
                    case SEQUENTIAL -> node.has("step") ? bounded(node.get("step"), USER_HEAP) : size;
                    case STRIDE -> bounded(node.get("stride"), USER_HEAP);
                    case RANDOM -> 0;
                };
        return new Step.Touch(
                word(node.get("area"), Part.values()),
                order,
                step,
                distribution(node, order),
                node.get("count").number(1, MOST),
                new AccessMix(size, node.has("writes") ? percent(node.get("writes")) : 0),
                offset(node),
                node.has("bytes") ? bounded(node.get("bytes"), USER_HEAP) : 0);
    }

    /** Refuses keys that say something about accesses of another kind: they would make no difference. */
    private static void about(YamlNode node, boolean its, String other, String... keys) {
        for (String key : keys) {
            if (!its && node.has(key)) {
                throw node.get(key).wrong("'" + key + "' is about " + other, "leave it out");
            }
        }
    }

    private static double percent(YamlNode node) {
        return (double) node.number(0, PERCENT) / PERCENT;
    }

    private static Distribution distribution(YamlNode node, Order order) {
        String name =
                node.has("distribution") ? node.get("distribution").oneOf("uniform", "zipf", "hot-set") : "uniform";
        about(node, name.equals("zipf"), "distribution: zipf", "exponent");
        about(node, name.equals("hot-set"), "distribution: hot-set", "hot", "share");
        if (order != Order.RANDOM) {
            return null;
        }
        return switch (name) {
            case "zipf" -> new Distribution.Zipf(exponent(node.get("exponent")));
            case "hot-set" -> new Distribution.HotSet(bounded(node.get("hot"), USER_HEAP), percent(node.get("share")));
            default -> new Distribution.Uniform();
        };
    }

    private static double exponent(YamlNode node) {
        if (!node.text().matches("[0-9]{1,2}(\\.[0-9]{1,4})?")
                || Double.parseDouble(node.text()) > Distribution.Zipf.STEEPEST) {
            throw node.wrong(
                    "'" + node.text() + "' is no exponent", "write a number from 0 to " + Distribution.Zipf.STEEPEST);
        }
        return Double.parseDouble(node.text());
    }
}
