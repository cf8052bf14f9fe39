package org.pagetrail.benchmarks.compare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.journal.JournalReader;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;

/**
 * Compares the journal with a reference in C on one stream, both in turns, and with other ways to write and to copy; prints medians of the ratios.
 *
 * <p>Arguments: the stream, the profile, the repetitions, the reference's program, a directory on a disk. The events of both are the same, with
 * all their fields, or it fails. Times are of the clock on the wall, as the journal uses a second thread and the reference does not; what recording costs
 * all processors together is told beside. The first repetition is dropped.
 */
final class CompareJournal {
    /**
     * So that both streams come to about sixteen million fills: how long it takes to begin and to end a journal is not what is measured, nor how long until
     * the operating system has given each of two threads a processor of its own.
     */
    private static final int MIX_PASSES = 8;

    private static final int LOCAL_PASSES = 192;

    /** How many events are written one document each. */
    private static final int DOCUMENTS = 1_000_000;

    /** How many are written in blocks, for the same reason. */
    private static final int REMEMBERED = 16_000_000;

    private static final int SMALL_JOURNAL = 10_000;
    private static final int COPIED = 256 << 20;

    private final Streams stream;
    private final int passes;
    private final MachineProfile profile;
    private final Path directory;
    private final Writer ask;
    private final BufferedReader answers;
    private final List<double[]> rows = new ArrayList<>();
    private final byte[] source = new byte[COPIED];
    private final byte[] target = new byte[COPIED];
    private final FillMemory memory = new FillMemory(REMEMBERED);
    private final StreamMachine alone;
    private long payload;
    private long misses;

    private CompareJournal(Streams stream, MachineProfile profile, Path directory, Writer ask, BufferedReader answers) {
        this.stream = stream;
        passes = passes(stream);
        this.profile = profile;
        this.directory = directory;
        this.ask = ask;
        this.answers = answers;
        alone = new StreamMachine(profile, stream);
    }

    /** What the reference answers. */
    private record Answer(double nanoseconds, double processor, long walks, long secondLevel, long wrong, long hash) {
        boolean counts(long[] counts) {
            return walks == counts[0] && secondLevel == counts[1];
        }
    }

    /** Differences between the two that make all figures worthless. */
    private static final class Differ extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Differ(String what) {
            super(what);
        }
    }

    /** Runs the comparison; the exit code is 1 when the events differ. */
    public static void main(String[] arguments) throws IOException {
        Streams stream = Streams.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        int repetitions = Integer.parseInt(arguments[2]);
        Path directory = Path.of(arguments[4]);
        Process reference = new ProcessBuilder(
                        Path.of(arguments[3]).toString(),
                        Integer.toString(stream.ordinal()),
                        Integer.toString(passes(stream)),
                        directory.resolve("reference.bin").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Writer ask = new OutputStreamWriter(reference.getOutputStream(), StandardCharsets.UTF_8);
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(reference.getInputStream(), StandardCharsets.UTF_8))) {
            CompareJournal compare =
                    new CompareJournal(stream, MachineProfiles.find(arguments[1]), directory, ask, answers);
            compare.compareFields();
            for (int i = 0; i <= repetitions; i++) {
                compare.repetition();
            }
            compare.print();
        } catch (Differ e) {
            System.out.println(arguments[0] + ": " + e.getMessage());
            System.exit(1);
        } finally {
            reference.destroy();
        }
    }

    private static int passes(Streams stream) {
        return stream == Streams.MIX ? MIX_PASSES : LOCAL_PASSES;
    }

    private Answer ask(String what) {
        try {
            ask.write(what + "\n");
            ask.flush();
            String[] words = answers.readLine().split(" ", -1);
            return new Answer(
                    Double.parseDouble(words[1]),
                    Double.parseDouble(words[0]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseUnsignedLong(words[5]));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private TraceHeader header() {
        ObjectNode empty = JsonNodeFactory.instance.objectNode();
        return new TraceHeader(
                TraceHeader.FORMAT,
                EventCatalog.DIGEST,
                "pagetrail benchmark",
                "ia32",
                stream.name(),
                0,
                StreamMachine.RAM,
                empty,
                "",
                profile.toJson(),
                empty,
                JsonNodeFactory.instance.arrayNode(),
                empty,
                BlockGeometry.STANDARD);
    }

    private static long now() {
        return System.nanoTime();
    }

    /** Processor time of all threads, in nanoseconds. */
    private static long processor() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** The same events with the same fields, all of them. */
    private void compareFields() {
        Answer reference = ask("digest");
        Told told = new Told();
        StreamMachine machine = new StreamMachine(profile, stream, told);
        machine.begin();
        FillHash hash = new FillHash();
        told.to = hash;
        for (int i = 0; i < passes; i++) {
            machine.pass();
        }
        machine.tellAccesses();
        if (!reference.counts(hash.counts()) || reference.hash() != hash.hash()) {
            throw new Differ("the events differ: the machine has " + Arrays.toString(hash.counts()) + ", "
                    + Long.toHexString(hash.hash()) + "; " + reference);
        }
        told.to = memory;
        while (memory.count() < REMEMBERED) {
            machine.pass();
        }
        machine.tellAccesses();
    }

    /** Hands fills on to whoever is set. */
    private static final class Told extends FillsInRuns {
        private TraceEvents to = new Unheard();

        @Override
        public void tlbFilled(TlbFills fills) {
            to.tlbFilled(fills);
        }
    }

    private void repetition() {
        Answer cMachine = ask("machine");
        double machine = machine();
        JournalBytes.useFreeMemory(directory);
        Answer cRecord = ask("record");
        Path journal = directory.resolve("journal");
        JournalBytes.useFreeMemory(directory);
        long processor = processor();
        double record = record(journal);
        double recordProcessor = processor() - processor;
        Answer cReplay = ask("replay");
        if (cReplay.wrong() != 0) {
            throw new Differ("the reference finds " + cReplay.wrong() + " wrong fills");
        }
        payload = JournalBytes.payload(journal);
        misses = cReplay.walks() + cReplay.secondLevel();
        double decode = decode(journal);
        double copy = copy();
        double fold = fold(journal);
        JournalBytes.remove(journal);
        JournalBytes.useFreeMemory(directory);
        double blocks = blocks(directory.resolve("blocks"));
        JournalBytes.useFreeMemory(directory);
        double documents = documents(directory.resolve("documents"));
        double accesses = (double) passes * Streams.ACCESSES;
        rows.add(new double[] {
            documents / blocks,
            (record - machine) / misses,
            (cRecord.nanoseconds() - cMachine.nanoseconds()) / misses,
            (record - machine) / (cRecord.nanoseconds() - cMachine.nanoseconds()),
            1e3 * accesses / record,
            1e3 * accesses / cRecord.nanoseconds(),
            cRecord.nanoseconds() / record,
            copy / decode,
            1e3 * misses / fold,
            1e3 * misses / cReplay.nanoseconds(),
            cReplay.nanoseconds() / fold,
            (record - machine) / record,
            blocks,
            documents,
            decode,
            cMachine.nanoseconds() / machine,
            recordProcessor / cRecord.processor()
        });
    }

    /** The stream with nobody listening, in nanoseconds. */
    private double machine() {
        alone.empty();
        long began = now();
        for (int i = 0; i < passes; i++) {
            alone.pass();
        }
        return now() - began;
    }

    /** The stream, recorded. */
    private double record(Path journal) {
        JournalBytes.remove(journal);
        TraceHeader header = header();
        long began = now();
        try (JournalWriter writer = JournalWriter.create(journal, header, false)) {
            double made = now() - began;
            // The machine's memory is made outside of the time, as the reference's is.
            StreamMachine machine = new StreamMachine(profile, stream, writer);
            began = now();
            machine.begin();
            for (int i = 0; i < passes; i++) {
                machine.pass();
            }
            machine.tellAccesses();
            writer.finish();
            return made + now() - began;
        }
    }

    /** Decoding alone, from the page cache: nanoseconds a byte of payload. */
    private double decode(Path journal) {
        Taken taken = new Taken();
        long began = now();
        try (JournalReader reader = JournalReader.open(journal)) {
            reader.readAll(taken);
        }
        double took = now() - began;
        if (taken.fills == 0) {
            throw new Differ("the journal has no runs of fills");
        }
        return took / payload;
    }

    /** Takes runs and does nothing with them but to count. */
    private static final class Taken extends Unheard {
        private long fills;

        @Override
        public void tlbFilled(TlbFills run) {
            fills += run.count();
        }
    }

    /** A copy in memory: nanoseconds a byte. */
    private double copy() {
        long began = now();
        System.arraycopy(source, 0, target, 0, COPIED);
        return (double) (now() - began) / COPIED;
    }

    /** Reading, folding and checking it. */
    private double fold(Path journal) {
        long began = now();
        FoldAndCheck.Result folded;
        long events;
        try (JournalReader reader = JournalReader.open(journal)) {
            folded = FoldAndCheck.of(reader);
            events = reader.closing().events();
        }
        double took = now() - began;
        if (folded.events() != events || folded.disagreeing() != 0) {
            throw new Differ("the journal has " + events + " events; folded were " + folded);
        }
        return took;
    }

    /** Fills from memory to a journal: nanoseconds each. */
    private double blocks(Path journal) {
        JournalBytes.remove(journal);
        long began = now();
        int told;
        try (JournalWriter writer = JournalWriter.create(journal, header(), false)) {
            told = memory.tell(REMEMBERED, writer);
            writer.finish();
        }
        double took = now() - began;
        JournalBytes.remove(journal);
        return took / told;
    }

    private double documents(Path queue) {
        JournalBytes.remove(queue);
        long began = now();
        int told;
        try (DocumentAnEvent documents = new DocumentAnEvent(queue)) {
            told = memory.tell(DOCUMENTS, documents);
        }
        double took = now() - began;
        JournalBytes.remove(queue);
        return took / told;
    }

    // Printing

    private double median(int column) {
        double[] all = new double[rows.size() - 1];
        for (int i = 0; i < all.length; i++) {
            all[i] = rows.get(i + 1)[column];
        }
        Arrays.sort(all);
        return all[all.length / 2];
    }

    private void print() {
        boolean mix = stream == Streams.MIX;
        System.out.printf(
                Locale.ROOT,
                "%s: %,d fills, all fields as the reference's; medians of %d; %d processors%n",
                stream.name().toLowerCase(Locale.ROOT),
                misses,
                rows.size() - 1,
                Runtime.getRuntime().availableProcessors());
        row("encode and write, against a document an event", median(0), "x", "10", "16", median(12), median(13), "ns");
        row("added an event by journalling, against C", median(3), "x", "1.25", "1.0", median(1), median(2), "ns");
        row(
                "record end to end, against C",
                median(6),
                "",
                mix ? "0.80" : "0.65",
                mix ? "0.92" : "0.80",
                median(4),
                median(5),
                "M accesses/s");
        row(
                "decode only, against a copy in memory",
                1 / median(7),
                "th",
                "25",
                "12",
                1e3 / median(14),
                1e3 / median(14) / median(7),
                "MB/s");
        row("fold and check, against C", median(10), "", "0.80", "0.95", median(8), median(9), "M events/s");
        System.out.printf(
                Locale.ROOT,
                "  %-46s %8.2f     asked 7, goal 5.5%n",
                "payload bytes a miss",
                (double) payload / misses);
        System.out.printf(
                Locale.ROOT,
                "  %-46s %7.0f%%     (machine alone %.2f of C's)%n",
                "share of time that journalling takes",
                100 * median(11),
                median(15));
        System.out.printf(
                Locale.ROOT,
                "  %-46s %8.2fx    (all threads of the machine, the encoder and the virtual machine)%n",
                "processor time of recording, against C",
                median(16));
        if (mix) {
            printSmall();
        }
    }

    private static void row(
            String what, double ratio, String unit, String asked, String goal, double ours, double other, String each) {
        System.out.printf(
                Locale.ROOT,
                "  %-46s %8.2f%-4s asked %s, goal %s   (%.1f and %.1f %s)%n",
                what,
                ratio,
                unit,
                asked,
                goal,
                ours,
                other,
                each);
    }

    /** A journal of the first events of the scenario that is recorded unless told otherwise. */
    private void printSmall() {
        Path journal = directory.resolve("small");
        JournalBytes.remove(journal);
        Recording recording = Recording.prepare(
                new RecordingInputs(
                        PlanFile.standard(), MachineProfiles.named("p6"), 0, null, List.of(), Scenarios.STANDARD, 0),
                "benchmark");
        try (JournalWriter writer = JournalWriter.create(journal, recording.header(), false)) {
            int[] told = new int[1];
            recording.run(new FlatEvents() {
                @Override
                protected void event(int id, long tick, long[] fields, int count, String text) {
                    if (told[0]++ < SMALL_JOURNAL) {
                        EventDispatch.dispatch(id, tick, fields, text, writer);
                    }
                }
            });
            writer.finish();
        }
        System.out.printf(
                Locale.ROOT,
                "  %-46s %8.1f KB  asked 120, goal 100; apparent %.1f KB, asked 500%n",
                String.format(Locale.ROOT, "journal of %,d events on disk", SMALL_JOURNAL),
                JournalBytes.du(journal) / 1024.0,
                JournalBytes.du(journal, "--apparent-size") / 1024.0);
        JournalBytes.remove(journal);
    }
}
