package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * One run of a program on the machine and on the plain reference, side by side, each with a memory of its own.
 *
 * <p>What an access comes to (frame or fault, error code, A and D in memory) is judged twice. By the program: it is the plain
 * translation, or what a translation comes to that the processor {@linkplain MayHold may hold}. By the events: it is what the
 * translation that {@linkplain ToldTlbs they leave} for the page comes to, or a walk where they leave none; that translation is one
 * that the processor may hold; and where it differs from the plain one its use was told as that of a changed entry.
 */
final class ProgramComparison {
    private final MachineProfile profile;
    private final ProgramMachine subject;
    private final boolean judgesEvents;
    private final PhysicalMemory memory = new PhysicalMemory((long) ProgramMachine.FRAMES << 12);
    private final Registers registers = new Registers();
    private final PlainTranslation plain;
    private final MayHold mayHold = new MayHold();
    private final ToldTlbs told;

    /** Where the reference wrote, as frame times 1,024 plus slot, and what stands there. */
    private final Map<Long, Integer> written = new TreeMap<>();

    private List<EventLog.Told> events = List.of();
    private int step;
    private int explained;

    /**
     * Where the machine first is otherwise than it may be.
     *
     * @param step the operation, counted from 1; one more than there are when it shows only at the end
     */
    record Difference(int step, String what) {}

    private enum Source {
        /** A walk that read all from memory. */
        WALK,
        /** A walk from a directory entry that was held. */
        DIRECTORY_ENTRY,
        /** A translation that was held. */
        TRANSLATION
    }

    /**
     * What an access may come to.
     *
     * @param held the directory entry or the translation, null for a walk
     * @param walked what the walk found, null for a translation
     */
    private record Candidate(Source source, Object held, int frame, int code, PlainTranslation.Result walked) {
        boolean is(ProgramMachine.Seen seen) {
            return frame == seen.frame() && code == seen.code();
        }

        boolean faulted() {
            return frame == -1;
        }

        @Override
        public String toString() {
            String what = source.name().toLowerCase(Locale.ROOT).replace('_', ' ') + (held == null ? "" : " " + held);
            return what + ": " + (faulted() ? "fault " : "frame ") + Integer.toHexString(faulted() ? code : frame);
        }
    }

    /** What an access comes to by the events before it, and what of the caches serves it, null for a walk from memory. */
    private record ByEvents(Candidate candidate, ToldTlbs.Cell serving) {
        boolean fillsFirstLevel() {
            boolean walks = candidate.source != Source.TRANSLATION;
            return !candidate.faulted() && (walks || serving.tlb == Tlb.SECOND_LEVEL);
        }
    }

    private static final class Differs extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Differs(String what) {
            super(what);
        }
    }

    /**
     * A comparison with a machine in its first state.
     *
     * @param profile what the reference follows
     * @param judgesEvents whether the events are judged too
     */
    ProgramComparison(MachineProfile profile, ProgramMachine subject, boolean judgesEvents) {
        this.profile = profile;
        this.subject = subject;
        this.judgesEvents = judgesEvents;
        plain = new PlainTranslation(memory, profile.features());
        told = new ToldTlbs(profile);
        registers.cr0 = 1;
    }

    /** Runs a program; the difference, or null. */
    Difference run(List<ProgramStep> program) {
        try {
            for (step = 1; step <= program.size(); step++) {
                operate(program.get(step - 1));
                String state = state();
                check(state == null, "%s", state);
            }
            compareAll();
            return null;
        } catch (Differs | ToldTlbs.Disagreement e) {
            return new Difference(step, e.getMessage());
        } catch (RuntimeException e) {
            return new Difference(
                    step,
                    "the machine threw " + e + " at "
                            + List.of(e.getStackTrace()).subList(0, 5));
        }
    }

    /** How many accesses were served otherwise than by a plain translation. */
    int explained() {
        return explained;
    }

    private void operate(ProgramStep operation) {
        if (operation instanceof ProgramStep.Access access) {
            access(access);
        } else if (operation instanceof ProgramStep.Put put) {
            subject.put(put.frame(), put.slot(), put.word());
            write(put.frame(), put.slot(), put.word());
            takeEvents(0, 0);
        } else if (operation instanceof ProgramStep.Control control) {
            takeEvents(control(control) ? 1 : 0, 0);
        } else if (operation instanceof ProgramStep.Invlpg invlpg) {
            subject.invlpg(invlpg.linear());
            mayHold.invalidate(invlpg.linear() >>> 12);
            takeEvents(0, 1);
        } else if (operation instanceof ProgramStep.Privilege privilege) {
            subject.privilege(privilege.cpl(), privilege.ac());
            registers.cpl = privilege.cpl();
            registers.ac = privilege.ac();
        } else if (operation instanceof ProgramStep.AddressSpace space) {
            subject.addressSpace(space.directory());
            takeEvents(0, 0);
        }
    }

    private void takeEvents(int flushes, int invalidations) {
        events = subject.told();
        if (judgesEvents) {
            check(count(EventId.TLB_FLUSHED) == flushes, "%d flushes, but told were %s", flushes, events);
            check(
                    count(EventId.TLB_INVALIDATED) == invalidations,
                    "%d invalidations, but told were %s",
                    invalidations,
                    events);
            events.forEach(told::apply);
        }
    }

    private int count(int id) {
        return (int) events.stream().filter(event -> event.id() == id).count();
    }

    // Control registers

    /** Whether something has to be flushed. */
    private boolean control(ProgramStep.Control control) {
        boolean taken = subject.control(control.register(), control.value());
        boolean allowed = allowed(control);
        check(taken == allowed, "%s", taken ? "the register took the value" : "#GP");
        if (!allowed) {
            return false;
        }
        int now = control.value();
        return switch (control.register()) {
            case CR0 -> writeCr0(now);
            case CR3 -> writeCr3(now);
            case CR4 -> writeCr4(now);
        };
    }

    private boolean allowed(ProgramStep.Control control) {
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

    private boolean writeCr0(int now) {
        boolean flushes = bit(registers.cr0, 31) && !bit(now, 31);
        registers.cr0 = now;
        if (flushes) {
            mayHold.flush();
        }
        return flushes;
    }

    private boolean writeCr3(int now) {
        registers.cr3 = now;
        if (bit(registers.cr4, 7)) {
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

    private static boolean bit(int word, int number) {
        return (word >>> number & 1) != 0;
    }

    // Accesses

    private void access(ProgramStep.Access access) {
        Candidate walk = walk(access);
        List<Candidate> candidates = candidates(access, walk);
        ByEvents byEvents = judgesEvents && bit(registers.cr0, 31) ? byEvents(access, walk) : null;

        ProgramMachine.Seen seen = subject.access(access);

        List<Candidate> possible = new ArrayList<>(candidates);
        possible.removeIf(candidate -> !candidate.is(seen));
        if (possible.size() > 1) {
            possible.removeIf(candidate -> !leavesTheSame(access, candidate));
        }
        check(!possible.isEmpty(), "%s, and memory as it is; but it can only be one of %s", seen, candidates);
        Candidate found = possible.contains(walk) ? walk : possible.get(0);
        apply(access, found);
        check(seen.value() == value(access, found), "%s, but there is %08x", seen, value(access, found));
        int faults = found.faulted() ? 1 : 0;
        if (found.faulted()) {
            registers.cr2 = access.linear();
            mayHold.faulted(access.page());
        }
        possible.forEach(candidate -> hold(access, candidate));
        explained += found.source == Source.WALK ? 0 : 1;
        takeEvents(0, faults);
        if (byEvents != null) {
            Candidate expected = byEvents.candidate;
            check(possible.contains(expected), "%s, and memory as it is; but the events before say %s", seen, expected);
            boolean stale = expected.source != Source.WALK && !walk.is(seen);
            check(
                    !stale || byEvents.serving.usedChanged,
                    "not told as the use of a changed entry: %s; %s",
                    byEvents.serving,
                    events);
            judgeEvents(access, byEvents);
        }
    }

    private ByEvents byEvents(ProgramStep.Access access, Candidate walk) {
        ToldTlbs.Cell first = told.firstLevel(access.page(), access.kind() == AccessKind.FETCH);
        ToldTlbs.Cell serving = first != null ? first : told.secondLevel(access.page());
        if (serving != null) {
            check(mayHold.has(serving.entry), "the events leave what the processor cannot hold: %s", serving);
            return new ByEvents(translation(access, serving.entry, walk), serving);
        }
        ToldTlbs.Cell cached = told.directoryEntry(access.page() >>> 10);
        if (cached == null) {
            return new ByEvents(walk, null);
        }
        MayHold.DirectoryEntry held = new MayHold.DirectoryEntry(cached.key, cached.pde);
        check(mayHold.has(held), "the events leave what the processor cannot hold: %s", cached);
        return new ByEvents(below(access, held), cached);
    }

    private List<Candidate> candidates(ProgramStep.Access access, Candidate walk) {
        List<Candidate> candidates = new ArrayList<>();
        candidates.add(walk);
        if (bit(registers.cr0, 31)) {
            for (MayHold.DirectoryEntry held : mayHold.forSlot(access.page() >>> 10)) {
                candidates.add(below(access, held));
            }
            for (MayHold.Entry held : mayHold.forPage(access.page())) {
                candidates.add(translation(access, held, walk));
            }
        }
        return candidates.stream().distinct().toList();
    }

    private Candidate walk(ProgramStep.Access access) {
        PlainTranslation.Result result = plain.translate(registers, access.linear(), access.kind(), false);
        return new Candidate(Source.WALK, null, result.frame(), result.code(), result);
    }

    private Candidate below(ProgramStep.Access access, MayHold.DirectoryEntry held) {
        PlainTranslation.Result result = plain.below(registers, access.linear(), access.kind(), false, held.pde());
        return new Candidate(Source.DIRECTORY_ENTRY, held, result.frame(), result.code(), result);
    }

    /** What a held translation comes to: the first write to a clean page is a walk. */
    private Candidate translation(ProgramStep.Access access, MayHold.Entry held, Candidate walk) {
        AccessKind kind = access.kind();
        if (!PlainTranslation.allowed(registers, kind, held.writable(), held.user())) {
            int code = PlainTranslation.errorCode(registers, kind, true, false);
            return new Candidate(Source.TRANSLATION, held, -1, code, null);
        }
        if (kind == AccessKind.WRITE && !held.dirty()) {
            return walk;
        }
        return new Candidate(Source.TRANSLATION, held, held.frameOf(access.page()), 0, null);
    }

    /** What a walk leaves in the caches. */
    private void hold(ProgramStep.Access access, Candidate candidate) {
        PlainTranslation.Result walked = candidate.walked;
        if (walked == null || candidate.faulted() || !bit(registers.cr0, 31)) {
            return;
        }
        mayHold.add(MayHold.Entry.of(access.page(), walked.pde(), walked.pte(), bit(registers.cr4, 7)));
        if (candidate.source == Source.WALK && walked.pte() != 0 && profile.walkCache() != null) {
            mayHold.add(new MayHold.DirectoryEntry(access.page() >>> 10, walked.pde()));
        }
    }

    // Memory

    private void write(int frame, int slot, int word) {
        memory.write(frame, slot, word);
        written.put((long) frame << 10 | slot, memory.read(frame, slot));
    }

    /** Sets A and D as a candidate does, and stores. */
    private void apply(ProgramStep.Access access, Candidate candidate) {
        int linear = access.linear();
        PlainTranslation.Result walked = candidate.walked;
        if (walked != null && bit(registers.cr0, 31)) {
            if (candidate.source == Source.WALK) {
                plain.translate(registers, linear, access.kind(), true);
                note(registers.cr3 >>> 12, linear >>> 22);
            } else {
                plain.below(registers, linear, access.kind(), true, walked.pde());
            }
            note(walked.pde() >>> 12, linear >>> 12 & 1023);
        }
        if (access.kind() == AccessKind.WRITE && !candidate.faulted()) {
            for (int i = 0; i < access.size(); i++) {
                int slot = (linear & 0xfff) + i >>> 2;
                int shift = (linear + i & 3) * 8;
                int kept = memory.read(candidate.frame, slot) & ~(0xff << shift);
                write(candidate.frame, slot, kept | (access.value() >>> i * 8 & 0xff) << shift);
            }
        }
    }

    private void note(int frame, int slot) {
        written.put((long) frame << 10 | slot, memory.read(frame, slot));
    }

    /** What a read finds, lowest byte first. */
    private int value(ProgramStep.Access access, Candidate candidate) {
        int value = 0;
        for (int i = 0; i < access.size() && access.kind() != AccessKind.WRITE && !candidate.faulted(); i++) {
            int at = (access.linear() & 0xfff) + i;
            value |= (memory.read(candidate.frame, at >>> 2) >>> (at & 3) * 8 & 0xff) << i * 8;
        }
        return value;
    }

    /** Whether memory would be as the machine left it; the reference's is as before afterwards. */
    private boolean leavesTheSame(ProgramStep.Access access, Candidate candidate) {
        Map<Long, Integer> before = new TreeMap<>(written);
        int linear = access.linear();
        List<long[]> undone = new ArrayList<>();
        keep(undone, registers.cr3 >>> 12, linear >>> 22);
        if (candidate.walked != null) {
            keep(undone, candidate.walked.pde() >>> 12, linear >>> 12 & 1023);
        }
        for (int slot = (linear & 0xfff) >>> 2;
                !candidate.faulted() && slot <= (linear & 0xfff) + access.size() - 1 >>> 2;
                slot++) {
            keep(undone, candidate.frame, slot);
        }
        apply(access, candidate);
        boolean same = memory() == null;
        undone.forEach(word -> memory.write((int) (word[0] >>> 10), (int) word[0] & 1023, (int) word[1]));
        written.clear();
        written.putAll(before);
        return same;
    }

    private void keep(List<long[]> words, int frame, int slot) {
        words.add(new long[] {(long) frame << 10 | slot, memory.read(frame, slot)});
    }

    /** The first word that the machine's memory has otherwise, or null. */
    private String memory() {
        PhysicalMemory actual = subject.machine.memory();
        for (Map.Entry<Long, Integer> word : written.entrySet()) {
            int frame = (int) (word.getKey() >>> 10);
            int slot = (int) (word.getKey() & 1023);
            if (actual.read(frame, slot) != word.getValue()) {
                return difference(frame, slot);
            }
        }
        return null;
    }

    private String difference(int frame, int slot) {
        return String.format(
                Locale.ROOT,
                "frame %x slot %d has %08x instead of %08x",
                frame,
                slot,
                subject.machine.memory().read(frame, slot),
                memory.read(frame, slot));
    }

    /** What the machine has otherwise after a step, or null. */
    private String state() {
        Machine machine = subject.machine;
        if (machine.register(ControlRegister.CR0) != registers.cr0
                || machine.register(ControlRegister.CR3) != registers.cr3
                || machine.register(ControlRegister.CR4) != registers.cr4) {
            return "the control registers differ";
        }
        if (machine.faultAddress() != registers.cr2) {
            return "CR2 is " + Integer.toHexString(machine.faultAddress());
        }
        return memory();
    }

    private void compareAll() {
        for (int frame = 0; frame < ProgramMachine.FRAMES; frame++) {
            for (int slot = 0; slot < PhysicalMemory.FRAME_WORDS; slot++) {
                if (subject.machine.memory().read(frame, slot) != memory.read(frame, slot)) {
                    throw new Differs(difference(frame, slot));
                }
            }
        }
        if (judgesEvents) {
            told.compare(subject.machine);
        }
    }

    // Events

    /** Whether an access told what it did, and nothing else of the caches. */
    private void judgeEvents(ProgramStep.Access access, ByEvents byEvents) {
        Candidate served = byEvents.candidate;
        int fills = byEvents.fillsFirstLevel() ? 1 : 0;
        check(count(EventId.TLB_FILLED) == fills, "%d fills for %s, told were %s", fills, served, events);
        boolean fillsCache = profile.walkCache() != null
                && served.source == Source.WALK
                && !served.faulted()
                && served.walked.pte() != 0;
        check(
                count(EventId.WALK_CACHE_FILLED) == (fillsCache ? 1 : 0),
                "a fill with a directory entry: %s, told were %s",
                fillsCache,
                events);
        check(count(EventId.PAGE_FAULTED) == (served.faulted() ? 1 : 0), "faults: %s", events);
        for (EventLog.Told event : events) {
            if (event.id() == EventId.PAGE_FAULTED) {
                judgeFault(access, served, event);
            } else if (event.id() == EventId.TLB_FILLED) {
                judgeFill(access, served, event);
            }
        }
    }

    private void judgeFault(ProgramStep.Access access, Candidate served, EventLog.Told event) {
        check(
                event.field(0) == Integer.toUnsignedLong(access.linear())
                        && event.field(1) == served.code
                        && event.field(4) == registers.cpl
                        && event.field(5) == (registers.ac ? 1 : 0)
                        && event.field(6) == references(served),
                "%s was told as %s",
                served,
                event);
    }

    private void judgeFill(ProgramStep.Access access, Candidate served, EventLog.Told event) {
        boolean secondLevel = event.field(10) == FillCause.SECOND_LEVEL.ordinal();
        check(secondLevel == (served.source == Source.TRANSLATION), "%s was told as %s", served, event);
        check(event.field(11) == references(served), "references of %s: %s", served, event);
        MayHold.Entry entry =
                MayHold.Entry.of(access.page(), (int) event.field(5), (int) event.field(6), bit(registers.cr4, 7));
        MayHold.Entry expected = secondLevel
                ? (MayHold.Entry) served.held
                : MayHold.Entry.of(access.page(), served.walked.pde(), served.walked.pte(), bit(registers.cr4, 7));
        check(Objects.equals(entry, expected), "expected was %s, told is %s", expected, event);
    }

    /** How many words a walk read; one that faults at the directory reads no more. */
    private int references(Candidate served) {
        if (served.source == Source.TRANSLATION) {
            return 0;
        }
        int pde = served.walked.pde();
        boolean large = bit(pde, 7) && bit(registers.cr4, 4) && served.source == Source.WALK;
        return (served.source == Source.WALK ? 1 : 0) + (bit(pde, 0) && !large ? 1 : 0);
    }

    private static void check(boolean holds, String what, Object... arguments) {
        if (!holds) {
            throw new Differs(String.format(Locale.ROOT, what, arguments));
        }
    }
}
