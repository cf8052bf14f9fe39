package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.scenario.Scenario;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.InputFile;
import org.pagetrail.recorder.session.Workload;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** The options of {@code record} that say what runs after the boot, and what is wrong with the kernel. */
final class WorkloadOptions {
    @Option(
            names = "--scenario",
            paramLabel = "NAME|FILE",
            description = "What to run: one of --list-scenarios, or a file (default: " + Scenarios.STANDARD + ").")
    private String scenario;

    @Option(names = "--list-scenarios", description = "Show the scenarios that come with the program instead.")
    private boolean listScenarios;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "For the choices of the scenario (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private long seed;

    @Option(
            names = "--program",
            paramLabel = "FILE",
            description = "A static ELF32 i386 executable to run as a process.")
    private Path program;

    @Option(
            names = "--accesses-from",
            paramLabel = "FILE",
            description = "Run the accesses that valgrind --tool=lackey --trace-mem=yes printed (plain or gzip).")
    private Path stream;

    @Option(names = "--rebase", description = "Move addresses of --accesses-from that do not fit into user space.")
    private boolean rebase;

    @Option(names = "--lenient", description = "Skip lines of --accesses-from that are no records, and count them.")
    private boolean lenient;

    @Option(names = "--accesses", description = "Journal each access, too; else they are only counted.")
    private boolean accesses;

    @Option(
            names = "--inject",
            paramLabel = "NAME[,NAME...]",
            hideParamSyntax = true,
            split = ",",
            description = "Make the kernel wrong: see --list-injections.")
    private List<String> inject = new ArrayList<>();

    @Option(
            names = "--inject-at",
            paramLabel = "N",
            description = "At the Nth opportunity, from 0 (default: one that the seed chooses).",
            defaultValue = "-1",
            showDefaultValue = Help.Visibility.NEVER)
    private long injectAt;

    @Option(names = "--list-injections", description = "Show what --inject can make wrong instead.")
    private boolean listInjections;

    /** Prints what was asked for instead of a recording; false when nothing was. */
    boolean list() {
        if (!listScenarios && !listInjections) {
            return false;
        }
        try (Output out = Output.open(null)) {
            if (listScenarios) {
                for (String name : Scenarios.names()) {
                    out.line(String.format(
                            Locale.ROOT, "%-13s %s", name, Scenarios.named(name).title()));
                }
            } else {
                for (Defect defect : Defect.values()) {
                    out.line(String.format(Locale.ROOT, "%-26s %s", defect.text(), defect.title()));
                }
            }
        }
        return true;
    }

    /** The file of the reference stream; null for none. */
    Path stream() {
        return stream;
    }

    long seed() {
        return seed;
    }

    /** What they say together. */
    Workload workload() {
        if (stream != null && (scenario != null || program != null)) {
            throw new UsageException("--accesses-from runs by itself: leave out --scenario and --program");
        }
        if (stream == null && (rebase || lenient)) {
            throw new UsageException("--rebase and --lenient are about --accesses-from; name a file with it");
        }
        if (injectAt < -1) {
            throw new UsageException("--inject-at: opportunities are counted from 0");
        }
        if (injectAt >= 0 && inject.isEmpty()) {
            throw new UsageException("--inject-at says when; say what with --inject");
        }
        return new Workload(
                chosen(),
                program == null ? null : InputFile.of(program),
                stream == null ? null : InputFile.of(stream),
                rebase,
                lenient,
                accesses,
                defects(),
                injectAt);
    }

    private Scenario chosen() {
        if (stream != null) {
            return Scenarios.named(Scenarios.BOOT);
        }
        if (scenario != null) {
            Scenario found = Scenarios.find(scenario);
            if (program != null && !found.files().contains(Scenarios.GIVEN)) {
                throw new UsageException(
                        "scenario '" + found.name() + "' runs no program of yours; leave out --program, or"
                                + " use a scenario whose processes name '" + Scenarios.GIVEN + "'");
            }
            return found;
        }
        return Scenarios.named(program != null ? Scenarios.PROGRAM : Scenarios.STANDARD);
    }

    private SortedSet<Defect> defects() {
        SortedSet<Defect> defects = new TreeSet<>();
        for (String name : inject) {
            Defect defect = Defect.named(name);
            if (defect == null) {
                throw new UsageException("--inject: '" + name + "' is not known; see --list-injections");
            }
            defects.add(defect);
        }
        return defects;
    }
}
