package org.pagetrail.analyzer.rule.order;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Mapping;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.replay.state.DescriptorTableRegister;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;

/** ORD003: what the processor stands on is the same before and after a change of address space. */
public final class SwitchKeepsGround extends Rule {
    /** A linear address that must lead to the same frame after the write. */
    private record Ground(String what, long linear, long frame) {}

    private final List<Ground> ground = new ArrayList<>();

    /** For one trace. */
    public SwitchKeepsGround() {
        super(new Invariant(
                "ORD003",
                Severity.ERROR,
                "Across each write of CR0.PG and CR3 the current instruction, the stack, GDT, IDT, TSS and the page-fault handler are"
                        + " mapped, before and after, to the same frames.",
                "The next fetch, push or fault happens in the new address space; what is missing there ends in a triple fault.",
                "SDM volume 3A, 9.8.3 and 9.9; plan: S5",
                "always"));
    }

    private boolean concerns(ControlRegister register, long was, long now) {
        return switch (register) {
            case CR0 -> scene().mode().pagingEnabled(was) != scene().mode().pagingEnabled(now);
            case CR3 -> scene().state().pagingEnabled();
            case CR4 -> false;
        };
    }

    @Override
    protected void controlWriting(ControlRegister register, long was, long now, long ip, long sp) {
        ground.clear();
        if (!concerns(register, was, now)) {
            return;
        }
        add("the current instruction", ip);
        // The next push writes the word below the pointer.
        add("the stack", sp - 1);
        for (DescriptorTable table : DescriptorTable.values()) {
            DescriptorTableRegister at = scene().state().descriptorTable(table);
            if (at == null || table == DescriptorTable.LDT) {
                continue;
            }
            String name = "the " + table.name();
            add(name, at.linear());
            if (page(at.linear()) != page(at.linear() + at.limit())) {
                add(name, at.linear() + at.limit());
            }
            if (at.handler() != 0) {
                add("the page-fault handler", at.handler());
            }
        }
    }

    private void add(String what, long linear) {
        ground.add(new Ground(what, linear, frame(linear)));
    }

    private long page(long linear) {
        return linear >>> scene().mode().shift(1);
    }

    /** The frame that the address leads to now, {@link Violation#NONE} when it is not mapped. */
    private long frame(long linear) {
        if (linear < 0) {
            return Violation.NONE;
        }
        if (scene().state().loadedDirectory().isEmpty()) {
            return page(linear);
        }
        Mapping mapping = scene().mapping(scene().state().loadedDirectory().getAsLong(), linear);
        return mapping == null ? Violation.NONE : mapping.frame();
    }

    @Override
    protected void controlWritten(ControlRegister register, long was, long now, long ip, long sp) {
        for (Ground place : ground) {
            long after = frame(place.linear());
            if (place.frame() == Violation.NONE || after != place.frame()) {
                violated()
                        .at(place.linear())
                        .report(
                                place.what() + " mapped before and after, to the same frame",
                                text(place.frame()) + " before, " + text(after) + " after");
            }
        }
        ground.clear();
    }

    private String text(long frame) {
        return frame == Violation.NONE
                ? "not mapped"
                : String.format(
                        Locale.ROOT, "frame 0x%08x", frame << scene().mode().shift(1));
    }
}
