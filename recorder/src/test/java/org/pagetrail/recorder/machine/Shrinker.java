package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Delta debugging: makes a failing program smaller while it fails, first of fewer operations, then of simpler ones. */
final class Shrinker {
    private final Predicate<List<ProgramStep>> fails;
    private List<ProgramStep> program;

    private Shrinker(List<ProgramStep> program, Predicate<List<ProgramStep>> fails) {
        this.program = program;
        this.fails = fails;
    }

    /**
     * A program that fails, from which no operation can be left out, and none made simpler, without its ceasing to.
     *
     * @param failing one that fails
     */
    static List<ProgramStep> shrink(List<ProgramStep> failing, Predicate<List<ProgramStep>> fails) {
        Shrinker shrinker = new Shrinker(failing, fails);
        do {
            shrinker.leaveOut();
        } while (shrinker.simplify());
        return shrinker.program;
    }

    private void leaveOut() {
        int run = Math.max(1, program.size() / 2);
        while (leaveOut(run) || run > 1) {
            run = Math.max(1, run / 2);
        }
    }

    /** Tries to do without each run of so many operations. */
    private boolean leaveOut(int run) {
        boolean any = false;
        for (int from = 0; from < program.size(); ) {
            List<ProgramStep> rest = new ArrayList<>(program);
            rest.subList(from, Math.min(program.size(), from + run)).clear();
            if (fails.test(rest)) {
                program = rest;
                any = true;
            } else {
                from += run;
            }
        }
        return any;
    }

    private boolean simplify() {
        boolean any = false;
        for (int at = 0; at < program.size(); at++) {
            while (simplify(at)) {
                any = true;
            }
        }
        return any;
    }

    private boolean simplify(int at) {
        for (ProgramStep simpler : program.get(at).simpler()) {
            List<ProgramStep> other = new ArrayList<>(program);
            other.set(at, simpler);
            if (fails.test(other)) {
                program = other;
                return true;
            }
        }
        return false;
    }
}
