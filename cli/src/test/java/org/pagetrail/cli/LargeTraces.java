package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/** Journals of any length, of events in about the shares that a miss-heavy run has; they make sense one by one, not together. */
final class LargeTraces {
    private static final long SEED = 6;
    private static final int PHASE = 1_000_000;

    private LargeTraces() {}

    /** Writes a journal of so many events, or a few more. */
    static void write(Path trace, long events) {
        TraceHeader header = Recording.prepare(
                        new RecordingInputs(
                                PlanFile.standard(),
                                MachineProfiles.named("unit"),
                                0,
                                null,
                                java.util.List.of(),
                                Scenarios.BOOT,
                                0),
                        "test")
                .header();
        try (JournalWriter journal = JournalWriter.create(trace, header, false)) {
            journal.symbolDefined(0, 0, "run");
            journal.phaseBegan(0, 0);
            SplittableRandom random = new SplittableRandom(SEED);
            long tick = 0;
            for (long told = 2; told < events; told = journal.events()) {
                tick += random.nextInt(40);
                tell(journal, tick, random);
                if (told % PHASE == 0) {
                    journal.phaseEnded(tick, 0);
                    journal.phaseBegan(tick, 0);
                }
            }
            journal.phaseEnded(tick, 0);
            journal.finish();
        }
    }

    private static void tell(TraceEvents out, long tick, SplittableRandom random) {
        int page = random.nextInt(1 << 20);
        long frame = random.nextInt(1 << 14);
        long entry = frame << 12 | 0x63;
        switch (random.nextInt(16)) {
            case 0 -> {
                long table = random.nextInt(1 << 10);
                out.entryMarked(
                        tick,
                        table,
                        page & 0x3ff,
                        entry & ~0x60,
                        entry,
                        (long) page << 12,
                        1,
                        0x400,
                        EntryCause.WALK.ordinal());
            }
            case 1 -> out.walkCacheFilled(tick, 0, random.nextInt(4), (long) page >>> 10 << 22, entry);
            case 2 -> out.tlbInvalidated(tick, FlushCause.INVLPG.ordinal(), (long) page << 12, 1, 63, 4);
            case 3 -> out.accessesCounted(tick, random.nextInt(1 << 16), random.nextInt(1 << 16), 9, 0, 5, 6, 7);
            default ->
                out.tlbFilled(
                        tick,
                        Tlb.DATA_4K.ordinal(),
                        page & 15,
                        random.nextInt(4),
                        -1,
                        page,
                        0x401063,
                        entry,
                        Rights.READ | Rights.WRITE | Rights.EXECUTE,
                        random.nextInt(2),
                        0,
                        FillCause.MISS.ordinal(),
                        2);
        }
    }
}
