package org.pagetrail.recorder.scenario;

import java.util.Map;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.boot.Booted;
import org.pagetrail.recorder.kernel.process.ProcessKernel;
import org.pagetrail.recorder.kernel.process.ProcessLayout;
import org.pagetrail.recorder.kernel.process.Program;
import org.pagetrail.recorder.workload.ReferenceStream;
import org.pagetrail.recorder.workload.SplitMix64;

/** The life of a booted kernel: a scenario's phases, or a reference stream, each phase marked in the trace. */
public final class ScenarioRun {
    /** The phase in which the kernel makes itself ready for processes. */
    public static final String START = "start";

    private final KernelCore core;
    private final Booted booted;
    private final ProcessLayout layout;
    private final Map<String, Program> programs;
    private volatile ProcessKernel kernel;

    /** Of what the scenario's programs are to make: the part before the phase that runs, and the part in it. */
    private volatile Planned planned = new Planned(0, 0, 0, 0);

    /**
     * How far a scenario is.
     *
     * @param before planned of the phases that are over
     * @param now planned of the one that runs
     * @param all planned of all
     * @param made what had been made when it began
     */
    private record Planned(double before, double now, double all, long made) {}

    /**
     * A life that is about to begin.
     *
     * @param programs those that the scenario names, in the kernel's memory
     */
    public ScenarioRun(Booted booted, ProcessLayout layout, Map<String, Program> programs) {
        this.booted = booted;
        this.layout = layout;
        this.programs = programs;
        core = booted.core();
    }

    /** Runs a scenario to its end. */
    public void run(Scenario scenario, long seed) {
        if (scenario.phases().isEmpty()) {
            return;
        }
        SplitMix64 random = new SplitMix64(seed);
        start(scenario.timer());
        double all = scenario.phases().stream().mapToDouble(Scenario::planned).sum();
        double before = 0;
        for (Scenario.Phase phase : scenario.phases()) {
            double now = Scenario.planned(phase);
            planned = new Planned(before, now, all, kernel.made());
            before += now;
            phase(phase.name(), () -> {
                for (Scenario.Start start : phase.processes()) {
                    for (int i = 0; i < start.count(); i++) {
                        Program program = programs.get(start.program());
                        kernel.start(start.program(), program, new Performer(start.steps(), random.next()));
                    }
                }
                kernel.run();
                kernel.idle(phase.idle());
            });
        }
    }

    /** How much of a scenario's accesses is done, 0 to 1; negative when it has none. May be asked from any thread. */
    public double share() {
        Planned is = planned;
        return is.all == 0 ? -1 : (is.before + Math.min(is.now, (double) (kernel.made() - is.made))) / is.all;
    }

    /** Runs the accesses of a recorded program as a process. */
    public void run(ReferenceStream stream, String name) {
        start(0);
        phase(Scenarios.STREAM, () -> {
            kernel.startAnywhere(name, new StreamPerformer(stream));
            kernel.run();
        });
    }

    private void start(long timer) {
        phase(START, () -> kernel = new ProcessKernel(booted, layout, programs, timer));
    }

    private void phase(String name, Runnable does) {
        int symbol = core.symbols().of(name);
        core.machine().tellAccesses();
        core.events().phaseBegan(core.machine().now(), symbol);
        does.run();
        core.machine().tellAccesses();
        core.events().phaseEnded(core.machine().now(), symbol);
    }
}
