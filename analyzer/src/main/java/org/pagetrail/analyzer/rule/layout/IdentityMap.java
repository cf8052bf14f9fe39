package org.pagetrail.analyzer.rule.layout;

import java.util.List;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Mapping;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.plan.Plan;

/** LAY001: the boot's identity map is there, whole. */
public final class IdentityMap extends Rule {
    private static final String EXPECTED =
            "mapped to itself by a page of the plan's size: supervisor, writable, not global";

    private List<Plan.BootMapping> mappings;

    /** For one trace. */
    public IdentityMap() {
        super(new Invariant(
                "LAY001",
                Severity.ERROR,
                "Each page of the plan's boot identity map is mapped to itself, supervisor, writable and not global.",
                "Boot code runs and builds tables at low addresses until the switch; what it cannot reach there faults with no handler"
                        + " to go to.",
                "plan: boot mappings of B1",
                "at the end of the step that makes it, and when CR0.PG is set"));
    }

    private List<Plan.BootMapping> mappings() {
        if (mappings == null) {
            mappings = scene().plan().bootMappings().stream()
                    .filter(mapping -> mapping.first() == mapping.physical())
                    .toList();
        }
        return mappings;
    }

    @Override
    protected void phaseEnded(String phase) {
        long directory = scene().state().loadedDirectory().orElse(scene().lastCreated());
        for (Plan.BootMapping mapping : mappings()) {
            if (mapping.step().equals(phase)) {
                check(directory, mapping);
            }
        }
    }

    @Override
    protected void controlWritten(ControlRegister register, long was, long now, long ip, long sp) {
        boolean begins = register == ControlRegister.CR0
                && !scene().mode().pagingEnabled(was)
                && scene().mode().pagingEnabled(now);
        if (begins && !scene().switched()) {
            long directory = scene().state().loadedDirectory().orElse(Violation.NONE);
            mappings().forEach(mapping -> check(directory, mapping));
        }
    }

    private void check(long directory, Plan.BootMapping boot) {
        if (directory == Violation.NONE) {
            violated().at(boot.first(), boot.size()).because(null).report(EXPECTED, "no directory");
            return;
        }
        for (long linear = boot.first(); linear < boot.first() + boot.size(); linear += boot.page()) {
            String found = found(scene().mapping(directory, linear), linear, boot);
            if (found != null) {
                violated()
                        .at(linear, boot.page())
                        .in(directory)
                        .because(scene().lastChange(directory, linear))
                        .report(EXPECTED, found);
            }
        }
    }

    /** What is wrong with it, or null. */
    private String found(Mapping mapping, long linear, Plan.BootMapping boot) {
        if (mapping == null) {
            return "not mapped";
        }
        if (mapping.frame() << scene().mode().shift(1) != linear) {
            return "mapped to another frame";
        }
        if (1L << scene().mode().shift(mapping.level()) != boot.page()) {
            return "mapped by a page of another size";
        }
        if (mapping.user()) {
            return "mapped for user mode";
        }
        if (!mapping.writable()) {
            return "mapped read-only";
        }
        return scene().mode().global(mapping.entry()) ? "mapped as global" : null;
    }
}
