package org.pagetrail.analyzer.rule.fault;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.OpenFault;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Scene;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.replay.state.TranslationCache;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * FLT003: a fault's error code is what the entries say.
 *
 * <p>A fault drops what was cached of its page, and that is told directly before it: so what the access may have hit is looked at
 * then. W and F tell what the access was, and cannot be judged but against CR4; P, U and RSVD are.
 */
public final class CodeAsWalked extends Rule {
    /** What a walk says of an access that it allows. */
    private static final int ALLOWED = -1;

    private static final int MOST_HELD = 8;
    private static final Tlb[] TLBS = Tlb.values();

    /** The rights of the translations that the last fault dropped. */
    private final int[] held = new int[MOST_HELD];

    private int heldCount;
    private long droppedAt = Violation.NONE;
    private long cachedDirectoryEntry;

    /** For one trace. */
    public CodeAsWalked() {
        super(new Invariant(
                "FLT003",
                Severity.ERROR,
                "A page fault's error code is the one that a walk of the entries gives, or, where they allow the access, the one of a"
                        + " cached translation that denied it; that fault is resolved as spurious.",
                "A code that no entry explains is an error of the machine or of its recording; a handler that takes a spurious fault for"
                        + " another changes what was right.",
                "SDM volume 3A, 4.7 and 4.10.4.3",
                "always"));
    }

    @Override
    protected void invalidating(long linear, FlushCause cause) {
        if (cause != FlushCause.PAGE_FAULT) {
            return;
        }
        droppedAt = linear;
        heldCount = 0;
        cachedDirectoryEntry = scene().state().walkCacheWord(linear);
        for (Tlb tlb : TLBS) {
            TranslationCache cache = scene().state().tlb(tlb);
            if (cache != null && cache.size() != 0) {
                hold(cache, linear);
            }
        }
    }

    /** A large translation may be held by the number of its first page or of its large page, so both sets are looked at. */
    private void hold(TranslationCache cache, long linear) {
        PagingMode mode = scene().mode();
        long page = linear >>> mode.shift(1);
        int sets = cache.sets();
        int small = (int) page & sets - 1;
        int large = (int) (linear >>> mode.shift(2)) & sets - 1;
        holdOf(cache, small, linear);
        if (large != small) {
            holdOf(cache, large, linear);
        }
    }

    private void holdOf(TranslationCache cache, int set, long linear) {
        PagingMode mode = scene().mode();
        for (int way = 0; way < cache.ways() && heldCount < MOST_HELD; way++) {
            if (cache.valid(set, way)) {
                int shift = mode.shift(cache.large(set, way) ? 2 : 1);
                if (cache.page(set, way) << mode.shift(1) >>> shift == linear >>> shift) {
                    held[heldCount++] = cache.rights(set, way);
                }
            }
        }
    }

    @Override
    protected void pageFaulted(OpenFault fault, long ip, long sp) {
        boolean dropped = droppedAt == fault.linear();
        droppedAt = Violation.NONE;
        if (fault.directory() == Violation.NONE) {
            return;
        }
        PagingMode mode = scene().mode();
        long word = scene().state().word(fault.directory(), mode.slot(fault.linear(), mode.levels()));
        int expected = expected(fault, word);
        if (expected == fault.code()) {
            return;
        }
        if (dropped && denied(fault)) {
            if (expected == ALLOWED) {
                fault.foundAllowedByWalk();
            }
            return;
        }
        boolean cached = dropped && cachedDirectoryEntry != 0 && cachedDirectoryEntry != word;
        if (!cached || expected(fault, cachedDirectoryEntry) != fault.code()) {
            violated()
                    .at(fault.linear())
                    .in(fault.directory())
                    .because(scene().lastChange(fault.directory(), fault.linear()))
                    .report(
                            expected == ALLOWED
                                    ? "no fault: the entries allow the access"
                                    : "error code " + text(expected),
                            "error code " + text(fault.code()));
        }
    }

    private static String text(int code) {
        return String.format(Locale.ROOT, "0x%x (%s)", code, PageFaultCode.text(code));
    }

    /** Whether a translation that was held gives this code. */
    private boolean denied(OpenFault fault) {
        for (int i = 0; i < heldCount; i++) {
            if (!allowed(fault, held[i]) && fault.code() == (access(fault) | PageFaultCode.PRESENT)) {
                return true;
            }
        }
        return false;
    }

    /** The code's bits that say what the access was. */
    private int access(OpenFault fault) {
        int code = fault.code() & PageFaultCode.WRITE;
        boolean fetch = (fault.code() & PageFaultCode.INSTRUCTION) != 0
                && scene().mode().supervisorFetchesPrevented(scene().cr4());
        // At any privilege the processor reads descriptor tables as a supervisor.
        boolean user =
                fault.privilege() != 0 && !(scene().kernel(fault.linear()) && (fault.code() & PageFaultCode.USER) == 0);
        return code | (fetch ? PageFaultCode.INSTRUCTION : 0) | (user ? PageFaultCode.USER : 0);
    }

    /** The code that a walk gives which begins with this entry of the directory (SDM volume 3A, 4.7), or {@link #ALLOWED}. */
    private int expected(OpenFault fault, long first) {
        Scene scene = scene();
        PagingMode mode = scene.mode();
        long cr4 = scene.cr4();
        int access = access(fault);
        long word = first;
        int rights = ~0;
        for (int level = mode.levels(); level >= 1; level--) {
            EntryKind kind = mode.kind(word, level, cr4);
            if (kind == EntryKind.ABSENT) {
                return access;
            }
            if (mode.reservedBits(word, level, cr4, scene.features()) != 0) {
                return access | PageFaultCode.PRESENT | PageFaultCode.RESERVED;
            }
            rights &= scene.state().rights(word);
            if (kind == EntryKind.LEAF) {
                break;
            }
            word = scene.state().word(mode.frame(word, level, cr4), mode.slot(fault.linear(), level - 1));
        }
        return allowed(fault, rights) ? ALLOWED : access | PageFaultCode.PRESENT;
    }

    /** Whether rights allow the access (SDM volume 3A, 4.6.1). */
    private boolean allowed(OpenFault fault, int rights) {
        PagingMode mode = scene().mode();
        long cr4 = scene().cr4();
        int access = access(fault);
        boolean user = (rights & Rights.USER) != 0;
        boolean write = (access & PageFaultCode.WRITE) != 0;
        boolean writable = (rights & Rights.WRITE) != 0;
        if ((access & PageFaultCode.USER) != 0) {
            return user && (!write || writable);
        }
        if ((access & PageFaultCode.INSTRUCTION) != 0) {
            return !user;
        }
        if (user && mode.supervisorAccessesPrevented(cr4) && !fault.accessesAllowed()) {
            return false;
        }
        return !write || writable || !mode.writeProtected(scene().state().register(ControlRegister.CR0));
    }

    @Override
    protected void pageFaultResolved(OpenFault fault, long linear, FaultResolution how) {
        if (fault != null && fault.allowedByWalk() && how != FaultResolution.SPURIOUS) {
            violated()
                    .at(linear)
                    .in(fault.directory())
                    .because(Scene.event(fault.ordinal(), EventId.PAGE_FAULTED))
                    .report(
                            "a fault that only a cached translation raised resolved as spurious",
                            "resolved as " + how.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }
}
