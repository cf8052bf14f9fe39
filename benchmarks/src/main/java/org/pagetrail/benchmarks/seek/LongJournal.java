package org.pagetrail.benchmarks.seek;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.pagetrail.recorder.machine.Access;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;

/** Writes a journal of any length: a machine with 128 MB mapped, whose accesses go anywhere in them, in phases of ten million events. */
public final class LongJournal {
    private static final long SEED = 8;
    private static final long RAM = 256L << 20;
    private static final int PAGES = 1 << 15;
    private static final int BASE = 0x0800_0000;
    private static final int DIRECTORY = 0x0f00_0000;
    private static final int TABLES = DIRECTORY + LinearAddress.PAGE_BYTES;
    private static final int ALL = Entries.PRESENT | Entries.WRITABLE | Entries.ACCESSED | Entries.DIRTY;
    private static final int CHUNK = 1024;
    private static final long PHASE = 10_000_000;

    private LongJournal() {}

    /**
     * Writes it.
     *
     * @param arguments the directory, which is made, and at least how many events
     */
    public static void main(String[] arguments) {
        long events = Long.parseLong(arguments[1]);
        MachineProfile profile = MachineProfiles.named("skylake");
        RecordingInputs inputs =
                new RecordingInputs(PlanFile.standard(), profile, RAM, null, List.of(), Scenarios.BOOT, SEED);
        Recording recording = Recording.prepare(inputs, "benchmark");
        try (JournalWriter journal = JournalWriter.create(Path.of(arguments[0]), recording.header(), false)) {
            Machine machine = machine(profile, journal);
            SplittableRandom random = new SplittableRandom(SEED);
            AccessKind[] kinds = {AccessKind.READ, AccessKind.WRITE};
            long[] accesses = new long[CHUNK];
            for (int phase = 0; journal.events() < events; phase++) {
                journal.symbolDefined(machine.now(), phase, "P" + phase);
                journal.phaseBegan(machine.now(), phase);
                while (journal.events() < Math.min(events, (phase + 1) * PHASE)) {
                    for (int i = 0; i < CHUNK; i++) {
                        int page = random.nextInt(PAGES);
                        accesses[i] = Access.of(BASE + (page << LinearAddress.PAGE_SHIFT), kinds[random.nextInt(2)]);
                    }
                    machine.touchAll(accesses, 0, CHUNK);
                }
                machine.tellAccesses();
                journal.phaseEnded(machine.now(), phase);
            }
            journal.finish();
            System.out.printf(Locale.ROOT, "%,d events%n", journal.events());
        }
    }

    private static Machine machine(MachineProfile profile, JournalWriter journal) {
        Machine machine = new Machine(profile, RAM, journal);
        for (int page = 0; page < PAGES; page++) {
            machine.store(TABLES + page * Integer.BYTES, page << LinearAddress.PAGE_SHIFT | ALL);
        }
        int first = LinearAddress.directorySlot(BASE);
        for (int table = 0; table < PAGES / LinearAddress.SLOTS; table++) {
            machine.store(DIRECTORY + (first + table) * Integer.BYTES, TABLES + table * LinearAddress.PAGE_BYTES | ALL);
        }
        machine.writeCr3(DIRECTORY);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP);
        return machine;
    }
}
