package org.pagetrail.analyzer.rule.protection;

import java.util.BitSet;
import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.replay.state.KernelSegment;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.Rights;

/** PRT003: the kernel's text stays what it was. */
public final class ReadOnlyText extends Rule {
    private static final String WP = "CR0.WP is set";

    private BitSet readOnly;

    /** For one trace. */
    public ReadOnlyText() {
        super(
                new Invariant(
                        "PRT003",
                        Severity.ERROR,
                        "CR0.WP is set, and no mapping allows writes to a frame that holds only read-only segments of the kernel image.",
                        "Without WP the kernel writes through read-only entries, its own text and shared pages alike; a second, writable mapping"
                                + " undoes the first one's protection.",
                        "program headers of the image; SDM volume 3A, 4.6.1",
                        "WP from the end of the plan's last step, mappings from the switch; an identity map that the plan keeps is left out"));
    }

    @Override
    protected void booted() {
        if (!scene().mode().writeProtected(scene().state().register(ControlRegister.CR0))) {
            violated().report(WP, "it is clear at the end of the boot");
        }
    }

    @Override
    protected void controlWritten(ControlRegister register, long was, long now, long ip, long sp) {
        if (register == ControlRegister.CR0
                && scene().booted()
                && !scene().mode().writeProtected(now)) {
            violated().report(WP, "it was cleared");
        }
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (!page.writable() || !scene().judged(page) || scene().keptIdentity(page)) {
            return;
        }
        int shift = scene().mode().shift(1);
        long frames = page.bytes() >>> shift;
        int next = page.frame() > Integer.MAX_VALUE - frames ? -1 : readOnly().nextSetBit((int) page.frame());
        while (next >= 0 && next < page.frame() + frames) {
            violated()
                    .at(page)
                    .at(page.linear() + (next - page.frame() << shift), 1L << shift)
                    .report(
                            "no writable mapping of a frame of the kernel's text or read-only data",
                            String.format(Locale.ROOT, "a writable mapping of frame 0x%08x", (long) next << shift));
            next = readOnly().nextSetBit(next + 1);
        }
    }

    /** Frames that segments without W cover and none with W does. */
    private BitSet readOnly() {
        if (readOnly == null) {
            readOnly = new BitSet();
            BitSet writable = new BitSet();
            int shift = scene().mode().shift(1);
            for (KernelSegment segment : scene().state().kernelSegments()) {
                long end = segment.physical() + segment.memorySize() + (1L << shift) - 1 >>> shift;
                long first = segment.physical() >>> shift;
                if (end <= Integer.MAX_VALUE && end > first) {
                    ((segment.rights() & Rights.WRITE) != 0 ? writable : readOnly).set((int) first, (int) end);
                }
            }
            readOnly.andNot(writable);
        }
        return readOnly;
    }
}
