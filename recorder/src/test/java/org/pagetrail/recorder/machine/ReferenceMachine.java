package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * A processor by the manual with a memory of its own: it says all that an access may come to, since a translation that it
 * {@linkplain MayHold may hold} may serve or not, and is then told which it was.
 */
final class ReferenceMachine {
    final PhysicalMemory memory = new PhysicalMemory((long) ProgramMachine.FRAMES << 12);
    final Registers registers = new Registers();
    final MayHold mayHold = new MayHold();
    final PlainTranslation plain;
    private final MachineProfile profile;

    /** Where something was written, as frame times 1,024 plus slot, and what stands there. */
    private Map<Long, Integer> written = new TreeMap<>();

    enum Source {
        /** A walk that reads all from memory. */
        WALK,
        /** A walk from a directory entry that is held. */
        DIRECTORY_ENTRY,
        /** A translation that is held. */
        TRANSLATION
    }

    /**
     * What an access within a page may come to.
     *
     * @param held the directory entry or the translation, null for a walk
     * @param frame -1 for a fault
     * @param walked what the walk finds, null for a translation
     */
    record Candidate(
            ProgramStep.Access access,
            Source source,
            Object held,
            int frame,
            int code,
            PlainTranslation.Result walked) {
        boolean faulted() {
            return frame == -1;
        }

        @Override
        public String toString() {
            String what = source.name().toLowerCase(Locale.ROOT).replace('_', ' ') + (held == null ? "" : " " + held);
            return what + ": " + (faulted() ? "fault " : "frame ") + Integer.toHexString(faulted() ? code : frame);
        }
    }

    ReferenceMachine(MachineProfile profile) {
        this.profile = profile;
        plain = new PlainTranslation(memory, profile.features());
        registers.cr0 = 1;
    }

    static boolean bit(int word, int number) {
        return (word >>> number & 1) != 0;
    }

    boolean paging() {
        return bit(registers.cr0, 31);
    }

    boolean globalPages() {
        return bit(registers.cr4, 7);
    }

    // Control registers and invalidation

    /** Whether a control register takes a value; else it is #GP. */
    boolean takes(ProgramStep.Control control) {
        int value = control.value();
        Features features = profile.features();
        return switch (control.register()) {
            case CR0 -> !bit(value, 31) || bit(value, 0);
            case CR3 -> true;
            case CR4 -> {
                int has = (features.pse() ? 1 << 4 : 0)
                        + (features.pge() ? 1 << 7 : 0)
                        + (features.smep() ? 1 << 20 : 0)
                        + (features.smap() ? 1 << 21 : 0);
                yield (value & ~has) == 0;
            }
        };
    }

    /** Writes a control register; whether it flushes. */
    boolean control(ProgramStep.Control control) {
        return switch (control.register()) {
            case CR0 -> writeCr0(control.value());
            case CR3 -> writeCr3(control.value());
            case CR4 -> writeCr4(control.value());
        };
    }

    private boolean writeCr0(int now) {
        boolean flushes = paging() && !bit(now, 31);
        registers.cr0 = now;
        if (flushes) {
            mayHold.flush();
        }
        return flushes;
    }

    private boolean writeCr3(int now) {
        registers.cr3 = now;
        if (globalPages()) {
            mayHold.flushNotGlobal();
        } else {
            mayHold.flush();
        }
        return true;
    }

    private boolean writeCr4(int now) {
        int changed = registers.cr4 ^ now;
        registers.cr4 = now;
        boolean flushes =
                bit(changed, 7) || bit(changed, 20) && bit(now, 20) || bit(changed, 4) && profile.pseChangeFlushes();
        if (flushes) {
            mayHold.flush();
        }
        return flushes;
    }

    // What an access may come to

    /** Whether the word of the directory refers to a table. */
    boolean walksTable(int linear) {
        int pde = memory.read(registers.cr3 >>> 12, linear >>> 22);
        return bit(pde, 0) && !(bit(pde, 7) && bit(registers.cr4, 4));
    }

    /**
     * Every way in which an access may go, each as the pages that it leaves something of.
     *
     * <p>One that crosses a page is two translations, the lower page's first. When that of the second faults, the address of the
     * fault is the first byte on that page, and nothing is left of the first: no byte stored, no A, no D.
     */
    Set<List<Candidate>> outcomes(ProgramStep.Access access) {
        Set<List<Candidate>> outcomes = new LinkedHashSet<>();
        for (Candidate first : candidates(access.onFirstPage())) {
            if (first.faulted() || !access.crosses()) {
                outcomes.add(List.of(first));
                continue;
            }
            for (Candidate second : candidates(access.onSecondPage())) {
                outcomes.add(second.faulted() ? List.of(second) : List.of(first, second));
            }
        }
        return outcomes;
    }

    private Set<Candidate> candidates(ProgramStep.Access access) {
        Set<Candidate> candidates = new LinkedHashSet<>();
        candidates.add(walk(access));
        mayHold.forSlot(access.page() >>> 10).forEach(held -> candidates.add(below(access, held)));
        mayHold.forPage(access.page()).forEach(held -> candidates.add(translation(access, held)));
        return candidates;
    }

    /** The plain translation. */
    Candidate walk(ProgramStep.Access access) {
        PlainTranslation.Result result = plain.translate(registers, access.linear(), access.kind(), false);
        return new Candidate(access, Source.WALK, null, result.frame(), result.code(), result);
    }

    /** The walk below a directory entry that is held. */
    Candidate below(ProgramStep.Access access, MayHold.DirectoryEntry held) {
        PlainTranslation.Result result = plain.below(registers, access.linear(), access.kind(), false, held.pde());
        return new Candidate(access, Source.DIRECTORY_ENTRY, held, result.frame(), result.code(), result);
    }

    /** What a held translation comes to: the first write to a clean page is a walk. */
    Candidate translation(ProgramStep.Access access, MayHold.Entry held) {
        AccessKind kind = access.kind();
        if (!PlainTranslation.allowed(registers, kind, held.writable(), held.user())) {
            int code = PlainTranslation.errorCode(registers, kind, true, false);
            return new Candidate(access, Source.TRANSLATION, held, -1, code, null);
        }
        if (kind == AccessKind.WRITE && !held.dirty()) {
            return walk(access);
        }
        return new Candidate(access, Source.TRANSLATION, held, held.frameOf(access.page()), 0, null);
    }

    // What it leaves

    /** Drops what a fault drops, and holds what walks leave in the caches. */
    void hold(Candidate candidate) {
        int page = candidate.access.page();
        if (candidate.faulted()) {
            registers.cr2 = candidate.access.linear();
            mayHold.faulted(page);
        } else if (candidate.walked != null && paging()) {
            mayHold.add(entry(candidate));
            if (candidate.source == Source.WALK && candidate.walked.pte() != 0 && profile.walkCache() != null) {
                mayHold.add(new MayHold.DirectoryEntry(page >>> 10, candidate.walked.pde()));
            }
        }
    }

    /** The translation that serves, or that the walk makes. */
    MayHold.Entry entry(Candidate candidate) {
        if (candidate.source == Source.TRANSLATION) {
            return (MayHold.Entry) candidate.held;
        }
        return MayHold.Entry.of(candidate.access.page(), candidate.walked.pde(), candidate.walked.pte(), globalPages());
    }

    /** Sets A and D as a candidate does, and stores. */
    void apply(List<Candidate> outcome) {
        outcome.forEach(this::translate);
        // Only when both pages of one that crosses are translated are its bytes written.
        outcome.forEach(this::store);
    }

    private void translate(Candidate candidate) {
        ProgramStep.Access access = candidate.access;
        int linear = access.linear();
        PlainTranslation.Result walked = candidate.walked;
        if (walked != null && paging()) {
            if (candidate.source == Source.WALK) {
                plain.translate(registers, linear, access.kind(), true);
                note(registers.cr3 >>> 12, linear >>> 22);
            } else {
                plain.below(registers, linear, access.kind(), true, walked.pde());
            }
            note(walked.pde() >>> 12, linear >>> 12 & 1023);
        }
    }

    private void store(Candidate candidate) {
        ProgramStep.Access access = candidate.access;
        int linear = access.linear();
        if (access.kind() == AccessKind.WRITE && !candidate.faulted()) {
            for (int i = 0; i < access.size(); i++) {
                int at = (linear & 0xfff) + i;
                int shift = (at & 3) * 8;
                int kept = memory.read(candidate.frame, at >>> 2) & ~(0xff << shift);
                write(candidate.frame, at >>> 2, kept | (access.value() >>> i * 8 & 0xff) << shift);
            }
        }
    }

    /** What a read finds on its pages, lowest byte first; 0 for a write or a fault. */
    int value(List<Candidate> outcome) {
        int value = 0;
        int read = 0;
        for (Candidate candidate : outcome) {
            ProgramStep.Access access = candidate.access;
            for (int i = 0; i < access.size() && access.kind() != AccessKind.WRITE && !candidate.faulted(); i++) {
                int at = (access.linear() & 0xfff) + i;
                value |= (memory.read(candidate.frame, at >>> 2) >>> (at & 3) * 8 & 0xff) << read++ * 8;
            }
        }
        return value;
    }

    void write(int frame, int slot, int word) {
        memory.write(frame, slot, word);
        note(frame, slot);
    }

    private void note(int frame, int slot) {
        written.put((long) frame << 10 | slot, memory.read(frame, slot));
    }

    /** Watches every word that a write may reach by one of these outcomes: what it did not write must be as it was. */
    void watch(List<List<Candidate>> outcomes) {
        for (List<Candidate> outcome : outcomes) {
            for (Candidate candidate : outcome) {
                ProgramStep.Access access = candidate.access;
                for (int i = 0; i < access.size() && !candidate.faulted(); i++) {
                    note(candidate.frame, (access.linear() & 0xfff) + i >>> 2);
                }
            }
        }
    }

    /** Whether an outcome would leave this memory and read this value; the reference's memory is as before afterwards. */
    boolean wouldLeave(List<Candidate> outcome, PhysicalMemory actual, int read) {
        Map<Long, Integer> before = written;
        List<long[]> words = new ArrayList<>();
        for (Candidate candidate : outcome) {
            int linear = candidate.access.linear();
            keep(words, registers.cr3 >>> 12, linear >>> 22);
            if (candidate.walked != null) {
                keep(words, candidate.walked.pde() >>> 12, linear >>> 12 & 1023);
            }
            for (int i = 0; i < candidate.access.size() && !candidate.faulted(); i++) {
                keep(words, candidate.frame, (linear & 0xfff) + i >>> 2);
            }
        }
        written = new TreeMap<>(before);
        apply(outcome);
        boolean same = difference(actual) == null && value(outcome) == read;
        words.forEach(word -> memory.write((int) (word[0] >>> 10), (int) word[0] & 1023, (int) word[1]));
        written = before;
        return same;
    }

    private void keep(List<long[]> words, int frame, int slot) {
        words.add(new long[] {(long) frame << 10 | slot, memory.read(frame, slot)});
    }

    /** The first word written here that is otherwise in another memory, or null. */
    String difference(PhysicalMemory actual) {
        for (Map.Entry<Long, Integer> word : written.entrySet()) {
            int frame = (int) (word.getKey() >>> 10);
            int slot = (int) (word.getKey() & 1023);
            if (actual.read(frame, slot) != word.getValue()) {
                return difference(actual, frame, slot);
            }
        }
        return null;
    }

    /** The same for every word of RAM. */
    String differenceAnywhere(PhysicalMemory actual) {
        for (int frame = 0; frame < ProgramMachine.FRAMES; frame++) {
            for (int slot = 0; slot < PhysicalMemory.FRAME_WORDS; slot++) {
                if (actual.read(frame, slot) != memory.read(frame, slot)) {
                    return difference(actual, frame, slot);
                }
            }
        }
        return null;
    }

    private String difference(PhysicalMemory actual, int frame, int slot) {
        return String.format(
                Locale.ROOT,
                "frame %x slot %d has %08x instead of %08x",
                frame,
                slot,
                actual.read(frame, slot),
                memory.read(frame, slot));
    }
}
