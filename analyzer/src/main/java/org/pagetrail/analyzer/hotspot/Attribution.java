package org.pagetrail.analyzer.hotspot;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pagetrail.replay.state.LongMap;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.profile.Costs;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.ProfileException;

/**
 * The attribution of cycles while events are told.
 *
 * <p>Every event says itself what it took. Accesses are told in batches, and where a batch or a phase ends all is told: there the
 * ticks are settled, and what they have more than the events explain is unattributed.
 */
final class Attribution extends FlatEvents {
    /** The bit of an error code that says the access was a write (SDM volume 3A, 4.7). */
    private static final long WRITE = 1 << 1;

    /** The level whose leaves are large pages. */
    private static final int DIRECTORY_LEVEL = 2;

    private static final Tlb[] TLBS = Tlb.values();
    private static final FillCause[] FILL_CAUSES = FillCause.values();

    /** A phase, or what lies outside of any. */
    static final class PhaseTally {
        final String name;
        final long firstTick;
        final boolean first;
        final Tally tally;

        PhaseTally(String name, long firstTick, boolean first, Costs costs) {
            this.name = name;
            this.firstTick = firstTick;
            this.first = first;
            tally = new Tally(costs);
        }
    }

    final MachineProfile profile;
    final PagingMode mode;
    final List<PhaseTally> phases = new ArrayList<>();
    final LongMap<PageTally> pages = new LongMap<>();
    /** Clearing and copying, by what the frames are used for. */
    final SortedMap<String, Tally> frames = new TreeMap<>();

    final Tally[] elsewhere = new Tally[Elsewhere.values().length];
    final MissCounts misses = new MissCounts();
    final Distribution.Gathering walkCost = new Distribution.Gathering();
    final FaultTimes faultTimes = new FaultTimes();
    Accesses accesses = Accesses.NONE;
    long faults;
    long faultingWalks;
    long lastTick;

    private final Costs costs;
    private final int largeShift;
    private final boolean unified;
    private final Replay replay;
    private PhaseTally phase;

    /** The tick at which the ticks were settled last, and the cycles attributed since. */
    private long settledTick;

    private long attributed;

    /** What was told one by one since accesses were last counted. */
    private long toldAccesses;

    private long toldSecondLevel;

    /** The page of a fault of which the next event decides whether it was delivered. */
    private PageTally faulted;

    private boolean faultServedBySecondLevel;

    /** The page of the fault that the kernel has just answered and not yet returned from. */
    private PageTally answered;

    Attribution(TraceHeader header) {
        try {
            profile = MachineProfile.fromJson(header.profile());
            mode = PagingModes.named(header.mode());
        } catch (ProfileException | IllegalArgumentException e) {
            throw new TraceException("the trace's header cannot be used: " + e.getMessage(), e);
        }
        costs = profile.costs();
        unified = profile.unified();
        largeShift = mode.shift(DIRECTORY_LEVEL) - mode.shift(1);
        replay = new Replay(header, profile.secondLevel() != null && costs.secondLevelHit() != 0, largeShift);
        for (int i = 0; i < elsewhere.length; i++) {
            elsewhere[i] = new Tally(costs);
        }
        turn(Hotspots.NONE, 0);
    }

    @Override
    protected void event(int id, long tick, long[] f, int count, String text) {
        if (faulted != null) {
            delivered(tick);
        }
        lastTick = tick;
        switch (id) {
            case EventId.TLB_FILLED -> filled(f);
            case EventId.TLB_INVALIDATED -> invalidated((int) f[0], f[1]);
            case EventId.ACCESSED -> accessed(f[0]);
            case EventId.ACCESSES_COUNTED -> counted(tick, f);
            case EventId.PAGE_FAULTED -> faulted(tick, f[0], f[1], f[6]);
            case EventId.PAGE_FAULT_RESOLVED -> resolved(tick, f[0], f[1]);
            case EventId.INTERRUPT_TAKEN -> charge(Cause.INTERRUPT_DELIVERY, 1, Elsewhere.INTERRUPTS);
            case EventId.INTERRUPT_RETURNED -> returned();
            case EventId.PROCESSOR_HALTED -> charge(Cause.HALT, f[0], Elsewhere.HALT);
            case EventId.CONTROL_REGISTER_WRITTEN ->
                charge(
                        f[0] == ControlRegister.CR3.ordinal() ? Cause.CR3_WRITE : Cause.CONTROL_REGISTER_WRITE,
                        1,
                        Elsewhere.REGISTERS);
            case EventId.FRAME_CLEARED -> charge(Cause.CLEAR_PAGE, 1, frames(f[0]));
            case EventId.FRAME_COPIED -> charge(Cause.COPY_PAGE, 1, frames(f[1]));
            case EventId.PHASE_BEGAN -> turn(replay.symbol(f[0]), tick);
            case EventId.PHASE_ENDED -> turn(Hotspots.NONE, tick);
            default -> {}
        }
        replay.fold(id, tick, f, text);
    }

    /** After the last event. */
    void end() {
        settle(lastTick);
    }

    private void turn(String name, long tick) {
        if (phase != null) {
            settle(tick);
        }
        phase = new PhaseTally(name, tick, phase == null, costs);
        phases.add(phase);
    }

    private void charge(Cause cause, long count, Tally place) {
        phase.tally.add(cause, count);
        place.add(cause, count);
        attributed += count * cause.each(costs);
    }

    private void charge(Cause cause, long count, Elsewhere place) {
        charge(cause, count, elsewhere[place.ordinal()]);
    }

    private PageTally page(long page, boolean large) {
        long number = large ? page >>> largeShift << largeShift : page;
        long key = number << 1 | (large ? 1 : 0);
        PageTally found = pages.get(key);
        if (found == null) {
            found = new PageTally(number, large, costs);
            pages.put(key, found);
        }
        return found;
    }

    /** Where the clearing or copying of a frame goes. */
    private Tally frames(long frame) {
        return frames.computeIfAbsent(replay.use(frame), use -> new Tally(costs));
    }

    private PageTally pageOf(long linear) {
        return page(linear >>> mode.shift(1), false);
    }

    private void filled(long[] f) {
        long told = f[4];
        boolean large = f[6] == 0;
        long references = f[11];
        PageTally page = page(told, large);
        FillCause cause = FILL_CAUSES[code(f[10], FILL_CAUSES.length)];
        misses.add(TLBS[code(f[0], TLBS.length)], large, cause, references, unified);
        if (cause == FillCause.SECOND_LEVEL) {
            toldSecondLevel++;
            charge(Cause.SECOND_LEVEL_HIT, 1, page.tally);
            return;
        }
        if (cause == FillCause.DIRTY && replay.serves(told)) {
            charge(Cause.SECOND_LEVEL_HIT, 1, page.tally);
        }
        walked(page, references);
    }

    private static int code(long number, int limit) {
        if (number < 0 || number >= limit) {
            throw new TraceException(
                    "an event has the code " + number + " where there are " + limit + "; the trace is damaged");
        }
        return (int) number;
    }

    private void walked(PageTally page, long references) {
        page.walks++;
        walkCost.add(references * costs.walkReference());
        charge(Cause.WALK, references, page.tally);
    }

    private void invalidated(int cause, long linear) {
        if (cause == FlushCause.INVLPG.ordinal()) {
            charge(Cause.INVLPG, 1, pageOf(linear).tally);
        } else if (cause == FlushCause.PAGE_FAULT.ordinal()) {
            faultServedBySecondLevel = replay.serves(linear >>> mode.shift(1));
        }
    }

    private void accessed(long linear) {
        toldAccesses++;
        charge(Cause.HIT, 1, pageOf(linear).tally);
    }

    private void counted(long tick, long[] f) {
        accesses = accesses.plus(f);
        charge(Cause.HIT, f[0] + f[1] + f[2] - toldAccesses, Elsewhere.HITS);
        charge(Cause.SECOND_LEVEL_HIT, f[5] - toldSecondLevel, Elsewhere.SECOND_LEVEL_HITS);
        toldAccesses = 0;
        toldSecondLevel = 0;
        settle(tick);
    }

    private void faulted(long tick, long linear, long errorCode, long references) {
        faults++;
        PageTally page = pageOf(linear);
        page.faults++;
        if (references != 0) {
            faultingWalks++;
            // A write that has references to pay for and was served walked to set D, and its rights had gone by then.
            if (faultServedBySecondLevel && (errorCode & WRITE) != 0) {
                charge(Cause.SECOND_LEVEL_HIT, 1, page.tally);
            }
            walked(page, references);
        }
        faultServedBySecondLevel = false;
        faultTimes.faulted(linear, tick);
        faulted = page;
    }

    /**
     * Decides on the last fault: one that is delivered is so at once, before any other event; one raised by a delivery is not
     * delivered itself, and #DF or the shutdown is told at the same tick.
     */
    private void delivered(long tick) {
        if (tick - lastTick >= costs.faultDelivery()) {
            charge(Cause.FAULT_DELIVERY, 1, faulted.tally);
        }
        faulted = null;
    }

    private void resolved(long tick, long linear, long how) {
        faultTimes.resolved(linear, tick);
        // Who is killed is not returned to: the next return is another's.
        answered = how == FaultResolution.KILLED.ordinal() ? null : pageOf(linear);
    }

    private void returned() {
        if (answered == null) {
            charge(Cause.INTERRUPT_RETURN, 1, Elsewhere.INTERRUPTS);
        } else {
            charge(Cause.INTERRUPT_RETURN, 1, answered.tally);
        }
        answered = null;
    }

    private void settle(long tick) {
        long left = tick - settledTick - attributed;
        if (left != 0) {
            charge(Cause.UNATTRIBUTED, left, Elsewhere.UNATTRIBUTED);
        }
        settledTick = tick;
        attributed = 0;
    }
}
