package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.recorder.machine.ReferenceMachine.Candidate;
import org.pagetrail.recorder.machine.ReferenceMachine.Source;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * One run of a program on the machine and on the plain reference, side by side.
 *
 * <p>What an access comes to (frame or fault, error code, CR2, A and D in memory) is judged twice. By the program: it is the plain
 * translation, or what a translation comes to that the processor {@linkplain MayHold may hold}. By the events: it is what the
 * translation that {@linkplain ToldTlbs they leave} for the page comes to, or a walk where they leave none; that translation is one
 * that the processor may hold; and where it differs from the plain one its use was told as that of a changed entry.
 */
final class ProgramComparison {
    private final MachineProfile profile;
    private final ProgramMachine subject;
    private final boolean judgesEvents;
    private final ReferenceMachine reference;
    private final Registers registers;
    private final ToldTlbs told;

    private List<EventLog.Told> events = List.of();
    private ChangedUses uses = new ChangedUses(List.of());
    private int step;
    private int explained;

    /**
     * Where the machine first is otherwise than it may be.
     *
     * @param step the operation, counted from 1; one more than there are when it shows only at the end
     */
    record Difference(int step, String what) {}

    /** What an access comes to by the events before it, and what of the caches serves it, null for a walk from memory. */
    private record ByEvents(Candidate candidate, ToldTlbs.Cell serving) {
        boolean fillsFirstLevel() {
            boolean walks = candidate.source() != Source.TRANSLATION;
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
        reference = new ReferenceMachine(profile);
        registers = reference.registers;
        told = new ToldTlbs(profile);
    }

    /** Runs a program; the difference, or null. */
    Difference run(List<ProgramStep> program) {
        uses = new ChangedUses(program.stream()
                .filter(ProgramStep.Access.class::isInstance)
                .map(access -> ((ProgramStep.Access) access).page())
                .distinct()
                .toList());
        try {
            for (step = 1; step <= program.size(); step++) {
                uses.look(reference.plain, registers, step);
                operate(program.get(step - 1));
                compareState();
            }
            String memory = reference.differenceAnywhere(subject.machine.memory());
            check(memory == null, "%s", memory);
            if (judgesEvents) {
                told.compare(subject.machine);
            }
            return null;
        } catch (Differs | ToldTlbs.Disagreement e) {
            return new Difference(step, e.getMessage());
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            return new Difference(step, "the machine threw " + e + (trace.length == 0 ? "" : " at " + trace[0]));
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
            reference.write(put.frame(), put.slot(), put.word());
            takeEvents(0, 0);
        } else if (operation instanceof ProgramStep.Control control) {
            boolean took = subject.control(control.register(), control.value());
            check(took == reference.takes(control), "%s", took ? "the register took the value" : "#GP");
            int cr0 = registers.cr0;
            int cr4 = registers.cr4;
            takeEvents(took && reference.control(control) ? 1 : 0, 0);
            if (registers.cr0 != cr0 || registers.cr4 != cr4) {
                uses.controlChanged(step);
            }
        } else if (operation instanceof ProgramStep.Invlpg invlpg) {
            subject.invlpg(invlpg.linear());
            reference.mayHold.invalidate(invlpg.linear() >>> 12);
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

    private void compareState() {
        Machine machine = subject.machine;
        check(
                machine.register(ControlRegister.CR0) == registers.cr0
                        && machine.register(ControlRegister.CR3) == registers.cr3
                        && machine.register(ControlRegister.CR4) == registers.cr4,
                "the control registers differ");
        check(machine.faultAddress() == registers.cr2, "CR2 is %08x", machine.faultAddress());
        String memory = reference.difference(machine.memory());
        check(memory == null, "%s", memory);
    }

    private void access(ProgramStep.Access access) {
        boolean judged = judgesEvents && reference.paging() && !access.crosses();
        ByEvents byEvents = judged ? byEvents(access) : null;
        Candidate walk = reference.walk(access.onFirstPage());
        boolean table = reference.walksTable(access.linear());
        boolean upperTable =
                access.crosses() && reference.walksTable(access.onSecondPage().linear());
        List<List<Candidate>> outcomes = new ArrayList<>(reference.outcomes(access));
        List<List<Candidate>> all = List.copyOf(outcomes);

        ProgramMachine.Seen seen = subject.access(access);

        outcomes.removeIf(outcome -> !is(seen, outcome));
        if (outcomes.size() > 1) {
            reference.watch(outcomes);
            outcomes.removeIf(outcome -> !reference.wouldLeave(outcome, subject.machine.memory(), seen.value()));
        }
        check(!outcomes.isEmpty(), "%s, and memory as it is; but it can only be one of %s", seen, all);
        List<Candidate> outcome = outcomes.get(0);
        reference.apply(outcome);
        check(reference.value(outcome) == seen.value(), "%s, but there is %x", seen, reference.value(outcome));
        outcomes.forEach(possible -> possible.forEach(reference::hold));
        explained += outcome.stream().allMatch(part -> part.source() == Source.WALK) ? 0 : 1;
        takeEvents(0, seen.faulted() ? 1 : 0);
        if (judgesEvents && access.crosses()) {
            noteUses(access, table, upperTable);
        }
        if (byEvents != null) {
            Candidate expected = byEvents.candidate;
            check(
                    outcomes.contains(List.of(expected)),
                    "%s, and memory as it is; but the events before say %s",
                    seen,
                    expected);
            noteUse(access, table);
            boolean stale = expected.source() != Source.WALK && !is(seen, List.of(walk));
            check(
                    !stale || byEvents.serving.usedChanged && uses.isTold(registers, access.kind(), access.page()),
                    "not told as the use of a changed entry: %s; %s",
                    byEvents.serving,
                    events);
            judgeEvents(byEvents);
        }
    }

    private static boolean is(ProgramMachine.Seen seen, List<Candidate> outcome) {
        Candidate first = outcome.get(0);
        return first.frame() == seen.frame()
                && first.code() == seen.code()
                && (!first.faulted() || first.access().linear() == seen.faultLinear());
    }

    // Events

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

    private ByEvents byEvents(ProgramStep.Access access) {
        ToldTlbs.Cell first = told.firstLevel(access.page(), access.kind() == AccessKind.FETCH);
        ToldTlbs.Cell serving = first != null ? first : told.secondLevel(access.page());
        if (serving != null) {
            check(reference.mayHold.has(serving.entry), "the processor cannot hold what the events leave: %s", serving);
            return new ByEvents(reference.translation(access, serving.entry), serving);
        }
        ToldTlbs.Cell cached = told.directoryEntry(access.page() >>> 10);
        if (cached == null) {
            return new ByEvents(reference.walk(access), null);
        }
        MayHold.DirectoryEntry held = new MayHold.DirectoryEntry(cached.key, cached.pde);
        check(reference.mayHold.has(held), "the processor cannot hold what the events leave: %s", cached);
        return new ByEvents(reference.below(access, held), cached);
    }

    /** Takes note of the use of a changed entry, if one was told: of one of 4 MB it is that of every page without a table. */
    private void noteUse(ProgramStep.Access access, boolean table) {
        check(count(EventId.CHANGED_ENTRY_USED) <= 1, "%s", events);
        for (EventLog.Told event : events) {
            if (event.id() == EventId.CHANGED_ENTRY_USED) {
                check(
                        event.field(3) == Integer.toUnsignedLong(access.linear())
                                && event.field(4) == access.kind().ordinal()
                                && event.field(5) == registers.cpl,
                        "not this use: %s",
                        event);
                boolean whole = told.lastUsed().whole && !table;
                uses.tell(registers, access.kind(), access.page(), whole, step);
            }
        }
    }

    /** Takes note of the uses of changed entries that were told of an access to two pages. */
    private void noteUses(ProgramStep.Access access, boolean table, boolean upperTable) {
        for (EventLog.Told event : events) {
            if (event.id() == EventId.CHANGED_ENTRY_USED) {
                int page = (int) (event.field(3) >>> 12);
                boolean first = page == access.page();
                check(first || page == access.onSecondPage().page(), "not this use: %s", event);
                // Of which size the entry is was told with its fill; of a 4 MB one it is the use of every page without
                // a table.
                boolean whole = told.wholeLarge(event) && !(first ? table : upperTable);
                uses.tell(registers, access.kind(), page, whole, step);
            }
        }
    }

    /** Whether an access told what it did, and nothing else of the caches. */
    private void judgeEvents(ByEvents byEvents) {
        Candidate served = byEvents.candidate;
        int fills = byEvents.fillsFirstLevel() ? 1 : 0;
        check(count(EventId.TLB_FILLED) == fills, "%d fills for %s, told were %s", fills, served, events);
        boolean cached = profile.walkCache() != null
                && served.source() == Source.WALK
                && !served.faulted()
                && served.walked().pte() != 0;
        check(count(EventId.WALK_CACHE_FILLED) == (cached ? 1 : 0), "the directory entry of %s: %s", served, events);
        check(count(EventId.PAGE_FAULTED) == (served.faulted() ? 1 : 0), "faults: %s", events);
        for (EventLog.Told event : events) {
            if (event.id() == EventId.PAGE_FAULTED) {
                judgeFault(served, event);
            } else if (event.id() == EventId.TLB_FILLED) {
                judgeFill(served, event);
            }
        }
    }

    private void judgeFault(Candidate served, EventLog.Told event) {
        check(
                event.field(0) == Integer.toUnsignedLong(served.access().linear())
                        && event.field(1) == served.code()
                        && event.field(4) == registers.cpl
                        && event.field(5) == (registers.ac ? 1 : 0)
                        && event.field(6) == references(served),
                "%s was told as %s",
                served,
                event);
    }

    private void judgeFill(Candidate served, EventLog.Told event) {
        boolean secondLevel = event.field(10) == FillCause.SECOND_LEVEL.ordinal();
        check(secondLevel == (served.source() == Source.TRANSLATION), "%s was told as %s", served, event);
        check(event.field(11) == references(served), "references of %s: %s", served, event);
        MayHold.Entry entry = MayHold.Entry.of(
                served.access().page(), (int) event.field(5), (int) event.field(6), reference.globalPages());
        MayHold.Entry expected = reference.entry(served);
        check(entry.equals(expected), "expected was %s, told is %s", expected, event);
    }

    /** How many words a walk read; one that faults at the directory reads no more. */
    private int references(Candidate served) {
        if (served.source() == Source.TRANSLATION) {
            return 0;
        }
        int pde = served.walked().pde();
        boolean walk = served.source() == Source.WALK;
        boolean large = walk && ReferenceMachine.bit(pde, 7) && ReferenceMachine.bit(registers.cr4, 4);
        return (walk ? 1 : 0) + (ReferenceMachine.bit(pde, 0) && !large ? 1 : 0);
    }

    private static void check(boolean holds, String what, Object... arguments) {
        if (!holds) {
            throw new Differs(String.format(Locale.ROOT, what, arguments));
        }
    }
}
