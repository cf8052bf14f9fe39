package org.pagetrail.recorder.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.pagetrail.recorder.kernel.elf.ShippedPrograms;
import org.pagetrail.traces.yaml.YamlException;
import org.pagetrail.traces.yaml.YamlNode;

/**
 * A workload: what is to happen after the boot, phase by phase.
 *
 * @param name what it is called
 * @param title what it is, in a line
 * @param timer cycles between timer interrupts; 0 for none
 * @param phases in their order; none for the boot alone
 * @param text of its file, from which it can be read again
 */
public record Scenario(String name, String title, long timer, List<Phase> phases, String text) {
    /** What happens between two marks in the trace. Its processes run in turn until all have ended; then the kernel idles. */
    public record Phase(String name, List<Start> processes, long idle) {}

    /** Processes that begin at the beginning of a phase. */
    public record Start(String program, int count, List<Step> steps) {}

    /** Copies the list. */
    public Scenario {
        phases = List.copyOf(phases);
    }

    /**
     * The one that a file says.
     *
     * @throws ScenarioException when it says none
     */
    public static Scenario read(Path file) {
        try {
            return ScenarioTree.scenario(YamlNode.read(file), Files.readString(file));
        } catch (YamlException e) {
            throw new ScenarioException(e.getMessage(), e);
        } catch (IOException e) {
            throw new ScenarioException(file + ": cannot be read (" + e.getMessage() + "); check the file", e);
        }
    }

    /**
     * The one that a text says.
     *
     * @param called what messages call the text
     * @throws ScenarioException when it says none
     */
    public static Scenario parse(String text, String called) {
        try {
            return ScenarioTree.scenario(YamlNode.parse(text, called), text);
        } catch (YamlException e) {
            throw new ScenarioException(e.getMessage(), e);
        }
    }

    /** About how many instructions and accesses a phase's programs are to make; fewer are made where one is killed, or not begun. */
    static double planned(Phase phase) {
        double all = 0;
        for (Start start : phase.processes) {
            all += start.count * planned(start.steps);
        }
        return all;
    }

    private static double planned(List<Step> steps) {
        double all = 0;
        for (Step step : steps) {
            if (step instanceof Step.Touch touch) {
                all += 2.0 * touch.count();
            } else if (step instanceof Step.Run run) {
                all += run.instructions();
            } else if (step instanceof Step.Exec exec) {
                all += planned(exec.steps());
            } else if (step instanceof Step.Fork fork) {
                all += fork.count() * planned(fork.steps());
            } else if (step instanceof Step.Repeat repeat) {
                all += repeat.times() * planned(repeat.steps());
            }
        }
        return all;
    }

    /** The programs and libraries that it needs, by name. */
    public SortedSet<String> files() {
        SortedSet<String> files = new TreeSet<>();
        for (Phase phase : phases) {
            for (Start start : phase.processes) {
                files.add(start.program);
                collect(start.steps, files);
            }
        }
        return files;
    }

    private static void collect(List<Step> steps, SortedSet<String> files) {
        for (Step step : steps) {
            if (step instanceof Step.Exec exec) {
                files.add(exec.program());
                collect(exec.steps(), files);
            } else if (step instanceof Step.Fork fork) {
                collect(fork.steps(), files);
            } else if (step instanceof Step.Repeat repeat) {
                collect(repeat.steps(), files);
            } else if (step instanceof Step.MapLibrary library) {
                files.add(library.library());
            }
        }
    }

    /** The names that a scenario's file can use for programs. */
    static List<String> programs() {
        List<String> names = new ArrayList<>(ShippedPrograms.PROGRAMS);
        names.add(Scenarios.GIVEN);
        return names;
    }
}
