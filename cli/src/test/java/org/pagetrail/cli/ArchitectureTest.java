package org.pagetrail.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use whom, on the compiled classes: the table and the two walls of docs/architecture.md. */
class ArchitectureTest {
    private static final String ROOT = "org.pagetrail.";
    private static final int FEWEST_CLASSES = 100;
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String SNAKE = "org.yaml.snakeyaml..";
    private static final String CHRONICLE = "net.openhft..";

    private static JavaClasses all;

    /**
     * A row of the table.
     *
     * @param name a package below {@code org.pagetrail}, with all below it
     * @param uses packages of the same kind that it may use
     * @param libraries packages from elsewhere that it may use, besides the JDK's
     */
    record Row(String name, Set<String> uses, Set<String> libraries) {
        String pattern() {
            return pattern(name);
        }

        static String pattern(String name) {
            return ROOT + name + "..";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Row row(String name, Set<String> uses, String... libraries) {
        return new Row(name, uses, Set.of(libraries));
    }

    static Stream<Row> table() {
        return Stream.of(
                row("traces.paging", Set.of("traces.profile")),
                row("traces.ia32", Set.of("traces.paging", "traces.profile")),
                row("traces.event", Set.of("traces.ia32", "traces.paging"), JACKSON),
                row("traces.journal", Set.of("traces.event"), JACKSON, CHRONICLE),
                row("traces.text", Set.of("traces.event", "traces.ia32", "traces.paging"), JACKSON),
                row("traces.yaml", Set.of(), JACKSON, SNAKE),
                row("traces.plan", Set.of("traces.ia32", "traces.yaml", "traces.event"), JACKSON),
                row("traces.profile", Set.of("traces.yaml"), JACKSON),
                row("recorder.machine", Set.of("traces.ia32", "traces.event", "traces.profile")),
                row(
                        "recorder.kernel",
                        Set.of(
                                "recorder.machine",
                                "recorder.workload",
                                "traces.plan",
                                "traces.profile",
                                "traces.event",
                                "traces.ia32")),
                row(
                        "recorder.scenario",
                        Set.of(
                                "recorder.kernel",
                                "recorder.machine",
                                "recorder.workload",
                                "traces.yaml",
                                "traces.event",
                                "traces.ia32")),
                row(
                        "recorder.conform",
                        Set.of("recorder.machine", "traces.event", "traces.ia32", "traces.profile"),
                        JACKSON),
                row("recorder.workload", Set.of("traces.plan", "traces.event", "traces.ia32")),
                row(
                        "recorder.session",
                        Set.of(
                                "recorder.kernel",
                                "recorder.machine",
                                "recorder.scenario",
                                "recorder.workload",
                                "traces.plan",
                                "traces.profile",
                                "traces.event",
                                "traces.ia32"),
                        JACKSON),
                row("replay.state", Set.of("traces.event", "traces.paging", "traces.ia32"), JACKSON),
                row("replay.check", Set.of("traces.event")),
                row("replay.timeline", Set.of("replay.state", "traces.event")),
                row(
                        "analyzer.rule",
                        Set.of(
                                "replay.state",
                                "replay.timeline",
                                "traces.event",
                                "traces.plan",
                                "traces.profile",
                                "traces.paging")),
                row("analyzer.verify", Set.of("analyzer.rule", "traces.event")),
                row(
                        "analyzer.report",
                        Set.of("analyzer.rule", "analyzer.verify", "traces.event"),
                        JACKSON,
                        "javax.xml.stream.."),
                row(
                        "analyzer.diff",
                        Set.of(
                                "analyzer.rule",
                                "analyzer.verify",
                                "analyzer.report",
                                "replay.state",
                                "traces.event",
                                "traces.paging"),
                        JACKSON),
                row(
                        "analyzer.hotspot",
                        Set.of("replay.state", "traces.event", "traces.profile", "traces.paging"),
                        JACKSON,
                        "org.HdrHistogram.."),
                row("cli", Set.of("traces", "recorder", "replay", "analyzer"), JACKSON, "picocli.."));
    }

    @BeforeAll
    static void readClasses() {
        all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("org.pagetrail");
    }

    private static List<JavaClass> in(String pattern) {
        return all.stream().filter(resideInAPackage(pattern)).toList();
    }

    @Test
    void theRulesHaveClassesToLookAt() {
        assertTrue(all.size() > FEWEST_CLASSES, () -> "only " + all.size() + " classes were found");
        for (Row row : table().toList()) {
            assertFalse(in(row.pattern()).isEmpty(), () -> row + " has no classes");
        }
    }

    @Test
    void everyClassIsInAPackageOfTheTable() {
        String[] patterns = table().map(Row::pattern).toArray(String[]::new);
        Set<String> elsewhere = all.stream()
                .filter(resideInAnyPackage(patterns).negate())
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
        assertEquals(Set.of(), elsewhere);
    }

    @ParameterizedTest
    @MethodSource("table")
    void aPackageUsesOnlyWhatTheTableSays(Row row) {
        List<String> allowed = new ArrayList<>(List.of("java..", row.pattern()));
        row.uses().forEach(name -> allowed.add(Row.pattern(name)));
        allowed.addAll(row.libraries());
        classes()
                .that()
                .resideInAPackage(row.pattern())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .check(all);
    }

    @Test
    void recorderNeverMeetsReplayOrAnalyzer() {
        noClasses()
                .that()
                .resideInAPackage("org.pagetrail.recorder..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.pagetrail.replay..", "org.pagetrail.analyzer..")
                .check(all);
        noClasses()
                .that()
                .resideInAnyPackage("org.pagetrail.replay..", "org.pagetrail.analyzer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.pagetrail.recorder..")
                .check(all);
    }

    @Test
    void onlyTheJournalSeesChronicle() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.pagetrail.traces.journal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CHRONICLE)
                .check(all);
        assertTrue(
                in("org.pagetrail.traces.journal..").stream()
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .anyMatch(use -> resideInAPackage(CHRONICLE).test(use.getTargetClass())),
                "the journal is on Chronicle");
    }

    @Test
    void onlyTheCommandsPrintOrExit() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.pagetrail.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(all);
    }
}
