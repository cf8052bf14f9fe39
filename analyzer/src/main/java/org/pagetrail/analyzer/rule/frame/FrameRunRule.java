package org.pagetrail.analyzer.rule.frame;

import java.util.Locale;
import java.util.function.LongPredicate;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;

/** A rule about runs of frames. */
abstract class FrameRunRule extends Rule {
    /** Told a run. */
    interface Run {
        void run(long first, long count);
    }

    FrameRunRule(Invariant invariant) {
        super(invariant);
    }

    /** Hands on the longest runs of frames, within a run, that all are so. */
    static void runs(long first, long count, LongPredicate so, Run run) {
        long begun = -1;
        for (long frame = first; frame <= first + count; frame++) {
            boolean is = frame < first + count && so.test(frame);
            if (is && begun < 0) {
                begun = frame;
            } else if (!is && begun >= 0) {
                run.run(begun, frame - begun);
                begun = -1;
            }
        }
    }

    /** The run, for people. */
    final String frames(long first, long count) {
        int shift = scene().mode().shift(1);
        return count == 1
                ? String.format(Locale.ROOT, "frame 0x%08x", first << shift)
                : String.format(Locale.ROOT, "frames 0x%08x-0x%08x", first << shift, (first + count << shift) - 1);
    }
}
