package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;

/** Random programs run one after the other, each from a seed, which says the profile too. */
final class RandomPrograms {
    private static final List<MachineProfile> PROFILES = profiles();

    private final Function<MachineProfile, ProgramMachine> machines;
    private final boolean judgesEvents;
    private int programs;
    private int operations;
    private int explained;

    /**
     * A program that differs.
     *
     * @param first where the program of the seed differs
     * @param shrunk what is left of it
     * @param last where that differs
     */
    record Failure(
            long seed,
            MachineProfile profile,
            ProgramComparison.Difference first,
            List<ProgramStep> shrunk,
            ProgramComparison.Difference last) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            text.append("seed ").append(seed).append(" on ").append(profile.name());
            text.append(", -Drandom.seed=").append(seed).append(" runs it again\n");
            text.append("profile ").append(profile).append('\n');
            text.append("step ")
                    .append(first.step())
                    .append(": ")
                    .append(first.what())
                    .append('\n');
            text.append("shrunk to:\n");
            for (int i = 0; i < shrunk.size(); i++) {
                text.append("  ")
                        .append(i + 1)
                        .append("  ")
                        .append(shrunk.get(i))
                        .append('\n');
            }
            return text.append("step ")
                    .append(last.step())
                    .append(": ")
                    .append(last.what())
                    .toString();
        }
    }

    /** With these machines, judged by the program alone or by the events too. */
    RandomPrograms(Function<MachineProfile, ProgramMachine> machines, boolean judgesEvents) {
        this.machines = machines;
        this.judgesEvents = judgesEvents;
    }

    private static List<MachineProfile> profiles() {
        List<MachineProfile> profiles = new ArrayList<>();
        MachineProfiles.names().forEach(name -> profiles.add(MachineProfiles.named(name)));
        profiles.addAll(StaleTranslationsTest.profiles());
        return profiles;
    }

    /** How many profiles there are: so many seeds in a row have each of them. */
    static int profileCount() {
        return PROFILES.size();
    }

    static MachineProfile profile(long seed) {
        return PROFILES.get((int) Math.floorMod(seed, (long) PROFILES.size()));
    }

    /** Runs the program of a seed; null when it is as it may be. */
    Failure run(long seed) {
        MachineProfile profile = profile(seed);
        List<ProgramStep> program = ProgramGenerator.program(seed, Machine.supported(profile.features()));
        ProgramComparison comparison = new ProgramComparison(profile, machines.apply(profile), judgesEvents);
        ProgramComparison.Difference first = comparison.run(program);
        programs++;
        operations += program.size();
        explained += comparison.explained();
        if (first == null) {
            return null;
        }
        List<ProgramStep> shrunk = Shrinker.shrink(program, shorter -> compare(profile, shorter) != null);
        return new Failure(seed, profile, first, shrunk, compare(profile, shrunk));
    }

    private ProgramComparison.Difference compare(MachineProfile profile, List<ProgramStep> program) {
        return new ProgramComparison(profile, machines.apply(profile), judgesEvents).run(program);
    }

    int programs() {
        return programs;
    }

    int operations() {
        return operations;
    }

    /** How many accesses were served otherwise than by a plain translation. */
    int explained() {
        return explained;
    }
}
