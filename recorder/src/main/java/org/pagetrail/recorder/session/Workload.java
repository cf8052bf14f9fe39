package org.pagetrail.recorder.session;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.scenario.Scenario;
import org.pagetrail.recorder.scenario.Scenarios;

/**
 * What is to happen after the boot, and what is to be wrong with it.
 *
 * @param scenario the phases
 * @param program the program that the user gives; null for none
 * @param stream a reference stream to run instead of the scenario; null for none
 * @param rebase whether its addresses are moved into user space
 * @param lenient whether lines of it that are no records are skipped
 * @param accesses whether each access is journalled
 * @param defects what the kernel is to do wrong
 * @param defectAt at which opportunity; -1 for the seed's choice
 */
public record Workload(
        Scenario scenario,
        InputFile program,
        InputFile stream,
        boolean rebase,
        boolean lenient,
        boolean accesses,
        SortedSet<Defect> defects,
        long defectAt) {
    /** Copies the set. */
    public Workload {
        defects = new TreeSet<>(defects);
    }

    /** A scenario and nothing else. */
    public static Workload of(Scenario scenario) {
        return new Workload(scenario, null, null, false, false, false, new TreeSet<>(Set.of()), -1);
    }

    /** Whether it is the boot that comes with the program and nothing else: what a header without a workload means. */
    boolean isBoot() {
        return stream == null
                && scenario.equals(Scenarios.named(Scenarios.BOOT))
                && defects.isEmpty()
                && !accesses
                && defectAt < 0;
    }

    /** What the trace's header calls it. */
    String name() {
        return stream != null ? Scenarios.STREAM : scenario.name();
    }

    /** Whether there is anything after the boot. */
    boolean goesOn() {
        return stream != null || !scenario.phases().isEmpty();
    }
}
