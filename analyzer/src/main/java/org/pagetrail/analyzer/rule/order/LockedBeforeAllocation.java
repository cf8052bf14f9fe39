package org.pagetrail.analyzer.rule.order;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.replay.state.LoadedModule;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.Region;

/** ORD002: nothing is given out before what is taken is known. */
public final class LockedBeforeAllocation extends Rule {
    private static final String EXPECTED = "locked before the first frame is allocated";

    private final Set<String> locked = new HashSet<>();
    private boolean allocated;

    /** For one trace. */
    public LockedBeforeAllocation() {
        super(new Invariant(
                "ORD002",
                Severity.ERROR,
                "Kernel, modules and boot information are locked before the first frame is allocated.",
                "An allocation before may have been given their memory.",
                "plan: locks of S2 and S3",
                "at the first allocation"));
    }

    @Override
    protected void framesLocking(long first, long count, String use) {
        locked.add(use);
    }

    @Override
    protected void framesAllocating(long first, long count, String use) {
        if (allocated) {
            return;
        }
        allocated = true;
        for (Plan.Lock lock : scene().plan().locks()) {
            switch (lock.what()) {
                case "modules" -> {
                    for (LoadedModule module : scene().state().modules()) {
                        range(module.physical(), module.size(), "module " + module.name());
                    }
                }
                default -> {
                    if (lock.physical() != Region.OPEN) {
                        range(lock.physical(), lock.size(), lock.what());
                    } else if (!locked.contains(lock.what())) {
                        violated().report(lock.what() + " " + EXPECTED, "it is not locked");
                    }
                }
            }
        }
    }

    private void range(long physical, long size, String what) {
        int shift = scene().mode().shift(1);
        long end = physical + size + (1L << shift) - 1 >>> shift;
        for (long frame = physical >>> shift; frame < end; frame++) {
            if (!scene().state().isLocked(frame)) {
                violated()
                        .report(
                                what + " " + EXPECTED,
                                String.format(Locale.ROOT, "frame 0x%08x of it is not locked", frame << shift));
                return;
            }
        }
    }
}
