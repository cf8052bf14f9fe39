package org.pagetrail.recorder.session;

import java.util.List;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * What a recording is made from.
 *
 * @param plan the layout plan
 * @param profile the machine
 * @param ram bytes of memory; 0 for the plan's default
 * @param kernel the kernel's file; null for the one that comes with the program
 * @param modules files that the boot loader loads, in order
 * @param workload what happens after the boot
 * @param seed of the workload's choices
 */
public record RecordingInputs(
        Plan plan,
        MachineProfile profile,
        long ram,
        InputFile kernel,
        List<InputFile> modules,
        Workload workload,
        long seed) {
    /** With a scenario that comes with the program. */
    public RecordingInputs(
            Plan plan,
            MachineProfile profile,
            long ram,
            InputFile kernel,
            List<InputFile> modules,
            String scenario,
            long seed) {
        this(plan, profile, ram, kernel, modules, Workload.of(Scenarios.named(scenario)), seed);
    }
}
