package org.pagetrail.recorder.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.recorder.kernel.elf.ShippedPrograms;
import org.pagetrail.recorder.scenario.Step.Bad;
import org.pagetrail.recorder.scenario.Step.Order;
import org.pagetrail.recorder.scenario.Step.Part;
import org.pagetrail.recorder.workload.AccessMix;
import org.pagetrail.recorder.workload.Distribution;

class ScenarioTest {
    @TempDir
    Path directory;

    /** A scenario whose only process takes one step; the step stands in line 6 from column 18 on. */
    private static String with(String step) {
        return "name: a\ntitle: b\nphases:\n  - name: p\n    processes:\n      - {steps: [" + step
                + "], program: shell}\n";
    }

    private static Step step(String text) {
        return Scenario.parse(with(text), "file")
                .phases()
                .get(0)
                .processes()
                .get(0)
                .steps()
                .get(0);
    }

    private static String refusal(String text) {
        String message = assertThrows(ScenarioException.class, () -> Scenario.parse(text, "file"), text)
                .getMessage();
        assertTrue(message.startsWith("file:"), message);
        assertFalse(message.contains("\n"), message);
        assertTrue(message.contains("; "), "says nothing about what to do: " + message);
        return message;
    }

    static List<String> shipped() {
        return Scenarios.names();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void theShippedScenariosAreCalledWhatTheirFilesAre(String name) {
        Scenario scenario = Scenarios.named(name);
        assertEquals(name, scenario.name());
        assertFalse(scenario.title().isBlank());
        assertEquals(scenario, Scenario.parse(scenario.text(), "again"), "its text says all of it");
    }

    @Test
    void theBootHasNoPhasesAndNeedsNoFiles() {
        Scenario boot = Scenarios.named(Scenarios.BOOT);
        assertEquals(List.of(), boot.phases());
        assertEquals(Set.of(), boot.files());
    }

    @Test
    void theFilesOfAScenarioAreThoseOfAllItsSteps() {
        Scenario desktop = Scenarios.named("desktop");
        assertEquals(Set.of("compiler", "editor", "libshared.so", "shell"), desktop.files());
        String nested = with("{repeat: {times: 2, steps: [{fork: {steps: [{exec: {program: editor, steps: ["
                + "{map-library: libshared.so}]}}]}}]}}");
        assertEquals(
                Set.of("editor", "libshared.so", "shell"),
                Scenario.parse(nested, "file").files());
        assertEquals(Set.of(Scenarios.GIVEN), Scenarios.named(Scenarios.PROGRAM).files());
    }

    @Test
    void everyKeyHasItsPlace() {
        Scenario scenario = Scenario.parse("""
                name: mine.1
                title: of mine
                timer: 9000
                phases:
                  - name: one
                    processes:
                      - program: compiler
                        count: 3
                        steps: [yield, wait, exit]
                    idle: 70
                  - name: two
                """, "file");
        assertEquals("mine.1", scenario.name());
        assertEquals("of mine", scenario.title());
        assertEquals(9_000, scenario.timer());
        assertEquals(
                List.of(
                        new Scenario.Phase(
                                "one",
                                List.of(new Scenario.Start(
                                        "compiler",
                                        3,
                                        List.of(new Step.GiveWay(), new Step.Await(), new Step.Exit(0)))),
                                70),
                        new Scenario.Phase("two", List.of(), 0)),
                scenario.phases());
    }

    @Test
    void stepsAreReadAsTheyAreWritten() {
        assertEquals(new Step.Run(200), step("{run: 200}"));
        assertEquals(new Step.Break(64 << 10), step("{brk: {grow: 64 KB}}"));
        assertEquals(new Step.Break(-4096), step("{brk: {shrink: 4096}}"));
        assertEquals(
                new Step.Protect(8192, 4096, true), step("{protect: {offset: 8 KB, bytes: 4 KB, writable: true}}"));
        assertEquals(new Step.Protect(0, 4096, false), step("{protect: {bytes: 4 KB, writable: false}}"));
        assertEquals(new Step.Recurse(40, 256), step("{recurse: {depth: 40, frame: 256}}"));
        assertEquals(new Step.Recurse(40, 64), step("{recurse: {depth: 40}}"));
        assertEquals(new Step.Recurse(1, 12), step("{recurse: {depth: 1, frame: 9}}"), "the stack stays aligned");
        assertEquals(new Step.Fork(2, List.of(new Step.Exit(1))), step("{fork: {count: 2, steps: [{exit: 1}]}}"));
        assertEquals(new Step.Fork(1, List.of()), step("{fork: {steps: []}}"));
        assertEquals(
                new Step.Exec("editor", List.of(new Step.Run(1))),
                step("{exec: {program: editor, steps: [{run: 1}]}}"));
        assertEquals(new Step.MapLibrary("libshared.so"), step("{map-library: libshared.so}"));
        assertEquals(new Step.Write(64, true), step("{write: {bytes: 64}}"));
        assertEquals(new Step.Write(64, false), step("{write: {bytes: 64, pointer: bad}}"));
        assertEquals(new Step.Read(1 << 20, true), step("{read: {bytes: 1 MB, pointer: good}}"));
        assertEquals(new Step.KernelAllocate(3000, 24), step("{kernel-allocate: {bytes: 3000, count: 24}}"));
        assertEquals(new Step.KernelAllocate(3000, 1), step("{kernel-allocate: {bytes: 3000}}"));
        assertEquals(new Step.KernelFree(6), step("{kernel-free: 6}"));
        assertEquals(new Step.DeepCall(24), step("{deep-call: 24}"));
        assertEquals(new Step.BadAccess(Bad.BELOW_STACK), step("{bad-access: below-stack}"));
        assertEquals(new Step.BadAccess(Bad.READ_ONLY), step("{bad-access: read-only}"));
        assertEquals(new Step.Sleep(5000), step("{sleep: 5000}"));
        assertEquals(new Step.Exit(255), step("{exit: 255}"));
        assertEquals(new Step.Repeat(3, List.of(new Step.GiveWay())), step("{repeat: {times: 3, steps: [yield]}}"));
    }

    @Test
    void accessesAreReadInEachOfTheirPatterns() {
        assertEquals(
                new Step.Touch(Part.HEAP, Order.SEQUENTIAL, 4, null, 9, new AccessMix(4, 0), 0, 0),
                step("{touch: {area: heap, pattern: sequential, count: 9}}"),
                "one after another when no step is given");
        assertEquals(
                new Step.Touch(Part.DATA, Order.SEQUENTIAL, 512, null, 9, new AccessMix(2, 0.25), 4096, 8192),
                step("{touch: {area: data, pattern: sequential, step: 512, count: 9, size: 2, writes: 25,"
                        + " offset: 4 KB, bytes: 8 KB}}"));
        assertEquals(
                new Step.Touch(Part.TEXT, Order.STRIDE, 4096, null, 9, new AccessMix(4, 1), 0, 0),
                step("{touch: {area: text, pattern: stride, stride: 4096, count: 9, writes: 100}}"));
        assertEquals(
                new Step.Touch(Part.STACK, Order.RANDOM, 0, new Distribution.Uniform(), 9, new AccessMix(4, 0), 0, 0),
                step("{touch: {area: stack, pattern: random, count: 9}}"));
        assertEquals(
                new Distribution.Zipf(1.5),
                ((Step.Touch) step(
                                "{touch: {area: heap, pattern: random, distribution: zipf, exponent: 1.5, count: 9}}"))
                        .distribution());
        assertEquals(
                new Distribution.HotSet(8192, 0.9),
                ((Step.Touch) step(
                                "{touch: {area: library, pattern: random, distribution: hot-set, hot: 8 KB, share: 90,"
                                        + " count: 9}}"))
                        .distribution());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{nap: 3}|file:6:19: unknown key 'nap'; known here: bad-access, brk, deep-call, exec, exit, fork,",
                "nap|file:6:18: 'nap' is not known here; use one of yield, wait, exit",
                "{run: 1, sleep: 1}|file:6:18: a step has one key, this has 2; write a '- ' before each step",
                "{}|file:6:18: a step has one key, this has 0",
                "[run]|file:6:18: a mapping of keys to values belongs here",
                "{run: -1}|file:6:24: '-1' is out of range; it goes from 1 to 1000000000000",
                "{run: 0}|file:6:24: '0' is out of range",
                "{run: many}|file:6:24: 'many' is no whole number",
                "{run: 99999999999999999999}|is no whole number",
                "{run: }|'run' has no value; add it",
                "{run: [1]}|file:6:24: a text belongs here",
                "{brk: {grow: 897 MB}}|file:6:31: '897 MB' is out of range; it goes from 1 to 939,524,096 bytes",
                "{brk: {grow: 0}}|'0' is out of range",
                "{brk: {grow: -4096}}|'-4096' is no size",
                "{brk: {grow: lots}}|'lots' is no size; write it as 4 KB, 64 MB, 1 GB or a number of bytes",
                "{brk: {grow: 1, shrink: 1}}|brk grows or shrinks; write {grow: SIZE} or {shrink: SIZE}",
                "{brk: {}}|brk grows or shrinks",
                "{brk: {by: 1}}|unknown key 'by'; known here: grow, shrink",
                "{protect: {bytes: 4 KB}}|'writable' is missing; add it",
                "{protect: {bytes: 4 KB, writable: 1}}|'1' is neither true nor false; write one of them",
                "{protect: {offset: 9999999999 GB, bytes: 4 KB, writable: true}}|'9999999999 GB' is out of range; it goes from 0",
                "{recurse: {frame: 9}}|'depth' is missing",
                "{recurse: {depth: 1000, frame: 16 KB}}|1000 calls of 16384 bytes are more than a stack of 8388608 bytes",
                "{recurse: {depth: 1, frame: 9 MB}}|'9 MB' is out of range; it goes from 1 to 8,388,608 bytes",
                "{fork: {count: 0, steps: []}}|'0' is out of range; it goes from 1 to 1000",
                "{fork: {count: 1001, steps: []}}|'1001' is out of range",
                "{fork: {steps: yield}}|a list belongs here; write it as '- item' lines",
                "{fork: {}}|'steps' is missing",
                "{fork: 2}|a mapping of keys to values belongs here",
                "{exec: {program: vi, steps: []}}|'vi' is not known here; use one of shell, editor, compiler, program",
                "{exec: {program: shell}}|'steps' is missing",
                "{map-library: libc.so}|'libc.so' is not known here; use one of libshared.so",
                "{write: {bytes: 2 MB}}|'2 MB' is out of range; it goes from 1 to 1,048,576 bytes",
                "{read: {bytes: 4, pointer: wild}}|'wild' is not known here; use one of good, bad",
                "{kernel-allocate: {bytes: 17 MB}}|'17 MB' is out of range",
                "{kernel-allocate: {bytes: 8, count: -3}}|'-3' is out of range; it goes from 1 to 1000000",
                "{kernel-free: all}|'all' is no whole number",
                "{deep-call: 0}|'0' is out of range",
                "{bad-access: rude}|use one of null, kernel, read-only, unmapped, below-stack",
                "{exit: 256}|'256' is out of range; it goes from 0 to 255",
                "{sleep: -1}|'-1' is out of range",
                "{repeat: {times: 0, steps: []}}|'0' is out of range",
                "{repeat: {steps: []}}|'times' is missing",
            })
    void aStepThatIsNoneIsRefusedWithItsPlace(String step, String says) {
        String message = refusal(with(step));
        assertTrue(message.contains(says), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pattern: random, count: 1|'area' is missing",
                "area: heap, count: 1|'pattern' is missing",
                "area: heap, pattern: random|'count' is missing",
                "area: attic, pattern: random, count: 1|use one of text, data, heap, stack, library",
                "area: heap, pattern: zigzag, count: 1|use one of sequential, stride, random",
                "area: heap, pattern: random, count: -5|'-5' is out of range; it goes from 1",
                "area: heap, pattern: random, count: 1, size: 0|'0' is out of range; it goes from 1 to 4,096 bytes",
                "area: heap, pattern: random, count: 1, size: 8 KB|'8 KB' is out of range",
                "area: heap, pattern: random, count: 1, writes: 101|'101' is out of range; it goes from 0 to 100",
                "area: heap, pattern: random, count: 1, writes: 0.5|'0.5' is no whole number",
                "area: heap, pattern: random, count: 1, writes: -1|'-1' is out of range",
                "area: heap, pattern: random, count: 1, offset: 1 GB|'1 GB' is out of range; it goes from 0 to 939,524,096 bytes",
                "area: heap, pattern: random, count: 1, bytes: 0|'0' is out of range",
                "area: heap, pattern: random, count: 1, colour: red|unknown key 'colour'",
                "area: heap, pattern: stride, count: 1|'stride' is missing",
                "area: heap, pattern: stride, stride: 0, count: 1|'0' is out of range",
                "area: heap, pattern: sequential, step: 897 MB, count: 1|'897 MB' is out of range",
                "area: heap, pattern: sequential, stride: 8, count: 1|'stride' is about pattern: stride; leave it out",
                "area: heap, pattern: stride, stride: 8, step: 8, count: 1|'step' is about pattern: sequential",
                "area: heap, pattern: stride, stride: 8, distribution: uniform, count: 1|'distribution' is about pattern: random",
                "area: heap, pattern: random, exponent: 1.0, count: 1|'exponent' is about distribution: zipf",
                "area: heap, pattern: random, hot: 4 KB, count: 1|'hot' is about distribution: hot-set",
                "area: heap, pattern: sequential, share: 50, count: 1|'share' is about distribution: hot-set",
                "area: heap, pattern: random, distribution: normal, count: 1|use one of uniform, zipf, hot-set",
                "area: heap, pattern: random, distribution: zipf, count: 1|'exponent' is missing",
                "area: heap, pattern: random, distribution: zipf, exponent: 11, count: 1|'11' is no exponent; write a number from 0 to 10",
                "area: heap, pattern: random, distribution: zipf, exponent: -1, count: 1|'-1' is no exponent",
                "area: heap, pattern: random, distribution: zipf, exponent: NaN, count: 1|'NaN' is no exponent",
                "area: heap, pattern: random, distribution: hot-set, share: 90, count: 1|'hot' is missing",
                "area: heap, pattern: random, distribution: hot-set, hot: 4 KB, count: 1|'share' is missing",
                "area: heap, pattern: random, distribution: hot-set, hot: 0, share: 9, count: 1|'0' is out of range",
            })
    void accessesThatAreNoneAreRefusedWithTheirPlace(String keys, String says) {
        String message = refusal(with("{touch: {" + keys + "}}"));
        assertTrue(message.startsWith("file:6:") && message.contains(says), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "title: b|file:1:1: 'name' is missing; add it",
                "name: a|'title' is missing",
                "name: a b\\ntitle: c|file:1:7: 'a b' is no name; use up to 64 letters, digits, dots and dashes",
                "name: ../a\\ntitle: c|'../a' is no name",
                "name: a\\ntitle: b\\nspeed: 3|file:3:1: unknown key 'speed'; known here: name, phases, timer, title",
                "name: a\\ntitle: b\\ntimer: -1|file:3:8: '-1' is out of range; it goes from 0",
                "name: a\\ntitle: b\\nphases: 3|file:3:9: a list belongs here",
                "name: a\\ntitle: b\\nphases:\\n- idle: 3|file:4:3: 'name' is missing",
                "name: a\\ntitle: b\\nphases:\\n- name: p\\n  idle: -3|file:5:9: '-3' is out of range",
                "name: a\\ntitle: b\\nphases:\\n- name: p\\n  sleep: 3|unknown key 'sleep'; known here: idle, name, processes",
                "name: a\\ntitle: b\\nphases:\\n- name: p\\n- name: p|file:5:9: there is a phase 'p' already; traces tell phases",
                "name: a\\ntitle: b\\nphases:\\n- name: S5|file:4:9: there is a phase 'S5' already",
                "name: a\\ntitle: b\\nphases:\\n- name: start|there is a phase 'start' already",
                "name: a\\ntitle: b\\nphases:\\n- name: p\\n  processes: [{program: rm, steps: []}]|file:5:25: 'rm' is not known here",
                "name: a\\ntitle: b\\nphases:\\n- name: p\\n  processes: [{steps: []}]|'program' is missing",
                "name: a\\ntitle: b\\nphases:\\n- name: p\\n  processes: [{program: shell}]|'steps' is missing",
                "name: a\\ntitle: b\\nphases:\\n- name: p\\n  processes: [{program: shell, count: 0, steps: []}]|'0' is out of range",
                "name: a\\ntitle: b\\nphases:\\n- name: p\\n  processes: [{program: shell, size: 1}]|unknown key 'size'",
                "name: a\\nname: b|file:2:1: 'name' is given twice; keep one",
                "[]|a mapping of keys to values belongs here",
                "{|no YAML",
                "x: &a [*a]|is an alias; write out what it stands for",
            })
    void aFileThatIsNoScenarioIsRefusedWithTheLine(String text, String says) {
        String message = refusal(text.replace("\\n", "\n"));
        assertTrue(message.contains(says), message);
    }

    @Test
    void anEmptyFileIsRefused() {
        assertEquals("file:1:1: nothing is in it; write it, or name another file", refusal(""));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 30, 5_000})
    void stepsWithinStepsWithoutEndAreRefused(int deep) {
        String text = with("{repeat: {times: 2, steps: [".repeat(deep) + "yield" + "]}}".repeat(deep));
        assertTrue(refusal(text).contains("nested"), "however deep");
    }

    @Test
    void fiveStepsWithinEachOtherAreRead() {
        int deep = 4;
        Step step = step("{repeat: {times: 2, steps: [".repeat(deep) + "yield" + "]}}".repeat(deep));
        for (int i = 0; i < deep; i++) {
            step = ((Step.Repeat) step).steps().get(0);
        }
        assertEquals(new Step.GiveWay(), step);
    }

    @Test
    void namesComeBeforeFilesAndBothAreTold() throws IOException {
        assertEquals("idle", Scenarios.find("idle").name());
        Path file = Files.writeString(directory.resolve("mine.yaml"), with("yield"));
        assertEquals("a", Scenarios.find(file.toString()).name());
        String none = directory.resolve("none.yaml").toString();
        assertEquals(
                "scenario '" + none + "' is not known, nor is there such a file; use one of boot, desktop, fork-storm,"
                        + " heap-churn, stack-growth, tlb-thrash, oom, idle, or name a file",
                assertThrows(ScenarioException.class, () -> Scenarios.find(none))
                        .getMessage());
        assertEquals(
                "scenario '" + directory + "' is a directory; name a file in it",
                assertThrows(ScenarioException.class, () -> Scenarios.find(directory.toString()))
                        .getMessage());
        assertThrows(ScenarioException.class, () -> Scenarios.find(Scenarios.PROGRAM), "that one needs --program");
        Path bytes = Files.write(directory.resolve("bytes"), new byte[] {'a', (byte) 0xff, (byte) 0xfe});
        assertEquals(
                bytes + " is no UTF-8 text",
                assertThrows(ScenarioException.class, () -> Scenario.read(bytes))
                        .getMessage());
        Files.writeString(file, with("{run: no}"));
        assertTrue(assertThrows(ScenarioException.class, () -> Scenario.read(file))
                .getMessage()
                .startsWith(file + ":6:24: "));
    }

    @Test
    void aSpoiledFileIsReadOrRefusedInOneLine() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String whole = Scenarios.named("desktop").text();
        String odd = "\0\t\n :-[]{}#&*!|>'\"%@`,?09az\u00e9\ud83d";
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder(whole);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, odd.charAt(random.nextInt(odd.length())));
                    case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(40)));
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
                }
                if (text.isEmpty()) {
                    text.append(' ');
                }
            }
            String spoiled = text.toString();
            try {
                Scenario scenario = Scenario.parse(spoiled, "file");
                assertTrue(scenario.files().stream()
                        .allMatch(name ->
                                Scenario.programs().contains(name) || ShippedPrograms.LIBRARIES.contains(name)));
            } catch (ScenarioException e) {
                assertFalse(e.getMessage().contains("\n"), () -> "seed " + seed + ": " + e.getMessage());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round + "\n" + spoiled, e);
            }
        }
    }
}
