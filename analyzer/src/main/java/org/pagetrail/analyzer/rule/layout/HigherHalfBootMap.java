package org.pagetrail.analyzer.rule.layout;

import java.util.List;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Mapping;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.plan.Plan;

/** LAY002: until the switch the kernel is seen both where it lies and where it runs. */
public final class HigherHalfBootMap extends Rule {
    private List<Plan.BootMapping> mappings;
    private boolean inForce;

    /** A table was linked, of which entries may still be to come. */
    private boolean tableLinked;

    /** For one trace. */
    public HigherHalfBootMap() {
        super(new Invariant(
                "LAY002",
                Severity.ERROR,
                "What the boot maps to the higher half is reached at its physical address as well, byte for byte.",
                "Until the switch the kernel uses both addresses of its image, its tables and its boot data for the same memory.",
                "plan: boot mappings of B2",
                "while paging is on, from the end of the step that makes them until the switch"));
    }

    private List<Plan.BootMapping> mappings() {
        if (mappings == null) {
            mappings = scene().plan().bootMappings().stream()
                    .filter(mapping -> mapping.first() != mapping.physical())
                    .toList();
        }
        return mappings;
    }

    @Override
    protected void phaseEnded(String phase) {
        for (Plan.BootMapping mapping : mappings()) {
            if (mapping.step().equals(phase) && !scene().switched()) {
                inForce = true;
                check(mapping);
            }
        }
    }

    @Override
    protected void directoryLoaded(long directory) {
        checkAll();
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        if (!inForce || scene().switched() || !scene().structures().loaded(entry.table())) {
            return;
        }
        // What becomes live is looked at when all of it has been told.
        if (entry.kindNow() == EntryKind.TABLE || entry.cause() == EntryCause.BECAME_LIVE) {
            tableLinked = true;
            return;
        }
        long last = entry.linear() + (1L << scene().mode().shift(entry.level())) - 1;
        for (Plan.BootMapping mapping : mappings()) {
            boolean high = entry.linear() < mapping.first() + mapping.size() && last >= mapping.first();
            boolean low = entry.linear() < mapping.physical() + mapping.size() && last >= mapping.physical();
            if (high || low) {
                check(mapping);
            }
        }
    }

    @Override
    protected void tableSettled() {
        if (tableLinked) {
            tableLinked = false;
            checkAll();
        }
    }

    private void checkAll() {
        if (inForce && !scene().switched()) {
            mappings().forEach(this::check);
        }
    }

    private void check(Plan.BootMapping boot) {
        if (scene().state().loadedDirectory().isEmpty()) {
            return;
        }
        long directory = scene().state().loadedDirectory().getAsLong();
        long page = 1L << scene().mode().shift(1);
        for (long offset = 0; offset < boot.size(); offset += page) {
            Mapping high = scene().mapping(directory, boot.first() + offset);
            Mapping low = scene().mapping(directory, boot.physical() + offset);
            if (high == null || low == null || high.frame() != low.frame()) {
                String found = high == null
                        ? "not mapped in the higher half"
                        : low == null ? "not mapped at its physical address" : "mapped to another frame than there";
                violated()
                        .at(boot.first() + offset, page)
                        .in(directory)
                        .because(scene().event())
                        .report("the frame that is mapped at its physical address", found);
            }
        }
    }
}
