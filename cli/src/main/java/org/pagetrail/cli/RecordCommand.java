package org.pagetrail.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.scenario.ScenarioException;
import org.pagetrail.recorder.session.InputFile;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingException;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.journal.Sync;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;
import org.pagetrail.traces.profile.ProfileException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pagetrail record}: runs a kernel on the model machine and journals every event. */
@Command(name = "record", description = RecordCommand.DESCRIPTION)
final class RecordCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Run a kernel on the model machine and journal every event.";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "TRACE",
            description = "The directory to make (default: ${DEFAULT-VALUE}).",
            defaultValue = "boot.trace")
    private Path output;

    @Option(names = "--force", description = "Replace a trace that is there, once the new one is complete.")
    private boolean force;

    @Option(
            names = "--kernel",
            paramLabel = "FILE",
            description = "An ELF32 i386 executable (default: a small kernel of its own).")
    private Path kernel;

    @Option(
            names = "--module",
            paramLabel = "FILE",
            description = "A file for the boot loader to load; may be repeated.")
    private List<Path> modules = new ArrayList<>();

    @Option(names = "--ram", paramLabel = "SIZE", description = "Memory of the machine, as 64M (default: the plan's).")
    private String ram;

    @Option(names = "--plan", paramLabel = "FILE", description = "A layout plan (default: higher-half-3g).")
    private Path plan;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description =
                    "The machine: one of --list-profiles, or a file in the form of those (default: ${DEFAULT-VALUE}).",
            defaultValue = "p6")
    private String profile;

    @Option(names = "--list-profiles", description = "Show the machines that come with the program instead.")
    private boolean listProfiles;

    @Option(
            names = "--sync",
            paramLabel = "WHEN",
            description =
                    "When the trace is forced to the disk, against loss of power: block, phase (at the end of each"
                            + " phase) or none (default: ${DEFAULT-VALUE}).",
            defaultValue = "none")
    private Sync sync;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print no summary.")
    private boolean quiet;

    @Mixin
    private WorkloadOptions workload;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (listProfiles) {
            try (Output out = Output.open(null)) {
                ProfileList.print(out);
            }
            return ExitCodes.CLEAN;
        }
        if (workload.list()) {
            return ExitCodes.CLEAN;
        }
        Recording recording = prepare();
        Interruption.call(recording::requestStop);
        return record(recording);
    }

    private Recording prepare() throws IOException {
        Plan chosen = PlanCommand.read(plan);
        try {
            MachineProfile machine = MachineProfiles.find(profile);
            long bytes = ram == null ? 0 : Sizes.parse(ram);
            if (ram != null && bytes == 0) {
                throw new UsageException(
                        "--ram: a machine without memory does nothing; use the plan's minimum or more");
            }
            return Recording.prepare(
                    new RecordingInputs(
                            chosen,
                            machine,
                            bytes,
                            kernel == null ? null : InputFile.of(kernel),
                            modules.stream().map(InputFile::of).toList(),
                            workload.workload(),
                            workload.seed()),
                    Main.Version.release());
        } catch (ProfileException | RecordingException | ScenarioException e) {
            throw new UsageException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--ram: " + e.getMessage(), e);
        }
    }

    private int record(Recording recording) {
        Path trace;
        StopReason reason;
        long events;
        try (JournalWriter journal = JournalWriter.create(output, recording.header(), force, sync)) {
            for (String warning : recording.warnings()) {
                Main.say(spec.commandLine(), "warning: " + warning);
            }
            reason = run(recording, journal);
            events = journal.events();
            trace = reason == StopReason.INTERRUPTED ? journal.finishBeside() : journal.finish();
        }
        warn(recording);
        if (reason == StopReason.INTERRUPTED) {
            String old = trace.equals(output) ? "" : "; " + output + " is as it was";
            Main.say(spec.commandLine(), "interrupted: " + trace + " is closed, with " + events + " events" + old);
            return ExitCodes.INTERRUPTED;
        }
        if (reason != StopReason.HALT) {
            Main.say(
                    spec.commandLine(),
                    "the recorded machine stopped by itself (" + EventCatalog.code(reason) + "); " + trace
                            + " is complete and shows how: see its last events with view, and verify it");
        }
        if (!quiet) {
            try (Output out = Output.open(null)) {
                RecordSummary.print(out, trace);
            }
        }
        return ExitCodes.CLEAN;
    }

    /** What did not come about as it was asked for. */
    private void warn(Recording recording) {
        if (recording.skippedLines() > 0) {
            Main.say(
                    spec.commandLine(),
                    "warning: " + workload.stream() + ": " + recording.skippedLines()
                            + " lines are no records and were skipped");
        }
        for (Defect defect : recording.unmade()) {
            Main.say(
                    spec.commandLine(),
                    "warning: there was no such opportunity for " + defect.text()
                            + ", so the kernel is right there; use a lower --inject-at, or another scenario or profile");
        }
    }

    private StopReason run(Recording recording, JournalWriter journal) {
        Progress progress = Progress.show(recording::accesses, recording::share);
        try {
            return recording.run(journal);
        } catch (RecordingException e) {
            throw new UsageException(e.getMessage() + "; " + journal.directory() + " is incomplete", e);
        } finally {
            progress.close();
        }
    }
}
