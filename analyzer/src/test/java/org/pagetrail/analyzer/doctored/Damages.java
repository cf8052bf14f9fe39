package org.pagetrail.analyzer.doctored;

import static org.pagetrail.analyzer.doctored.Doctored.A;
import static org.pagetrail.analyzer.doctored.Doctored.AVL;
import static org.pagetrail.analyzer.doctored.Doctored.D;
import static org.pagetrail.analyzer.doctored.Doctored.FETCH;
import static org.pagetrail.analyzer.doctored.Doctored.G;
import static org.pagetrail.analyzer.doctored.Doctored.P;
import static org.pagetrail.analyzer.doctored.Doctored.PS;
import static org.pagetrail.analyzer.doctored.Doctored.READ;
import static org.pagetrail.analyzer.doctored.Doctored.RW;
import static org.pagetrail.analyzer.doctored.Doctored.USER;
import static org.pagetrail.analyzer.doctored.Doctored.WRITE;
import static org.pagetrail.analyzer.doctored.Doctored.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.pagetrail.analyzer.doctored.Doctored.Told;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;

/** For each invariant, golden traces with one defect that violates it and no other, and some that come near and do not. */
public final class Damages {
    private static final String GOLDEN = "boot-unit";
    private static final long HEAP = 0xc040_0000L;
    private static final long HEAP2 = 0xc080_0000L;
    private static final int HEAP2_SLOT = 770;
    private static final long TEMPORARY = 0xff3f_f000L;
    private static final long STACK = 0xffbf_c000L;
    private static final long USER_PAGE = 0x0804_8000L;
    private static final long DATA = 0x0804_9000L;
    private static final long FREE = 0x700;
    private static final long PROCESS = 0x600;
    private static final long TEXT_FRAME = 0x101;
    private static final long KERNEL = 0x400;

    /**
     * A changed golden trace.
     *
     * @param rule the invariant that it is about
     * @param what what was done, for people
     * @param violates whether it violates the invariant; if not, it comes near
     * @param doctored the doing
     */
    public record Damage(String rule, String what, boolean violates, UnaryOperator<Doctored> doctored) {
        /** The trace. */
        public Doctored make() {
            return doctored.apply(Doctored.golden(GOLDEN));
        }

        @Override
        public String toString() {
            return rule + (violates ? " violated: " : " near: ") + what;
        }
    }

    private final List<Damage> all = new ArrayList<>();

    private Damages() {}

    /** All. */
    public static List<Damage> all() {
        Damages damages = new Damages();
        damages.bootMap();
        damages.layout();
        damages.stack();
        damages.protection();
        damages.entries();
        damages.owners();
        damages.frames();
        damages.served();
        damages.invalidated();
        damages.filled();
        damages.faults();
        damages.order();
        damages.trace();
        ProcessDamages.addTo(damages);
        return damages.all;
    }

    void violated(String rule, String what, UnaryOperator<Doctored> doctored) {
        all.add(new Damage(rule, what, true, doctored));
    }

    void near(String rule, String what, UnaryOperator<Doctored> doctored) {
        all.add(new Damage(rule, what, false, doctored));
    }

    /** The event that maps a page of the boot's identity map. */
    private static Predicate<Told> bootPage(int slot) {
        return told -> told.is(EventId.PAGE_MAPPED) && told.f(1) == slot && told.f(5) == 2;
    }

    private static UnaryOperator<Doctored> bootPage(int slot, long clear, long set) {
        return trace -> trace.altering(bootPage(slot), fields -> fields[3] = fields[3] & ~clear | set);
    }

    private static long bootDirectory(Doctored trace) {
        return trace.loaded();
    }

    private void bootMap() {
        violated("LAY001", "a page of the identity map is read-only", bootPage(5, 2, 0));
        violated("LAY001", "a page of the identity map is for user mode", bootPage(6, 0, 4));
        violated("LAY001", "a page of the identity map is global", bootPage(7, 0, G));
        violated("LAY001", "a page of the identity map leads elsewhere", bootPage(8, 0, 0x1000_0000L));
        violated("LAY001", "the last page of the identity map is missing", trace -> trace.without(bootPage(767)));
        near("LAY001", "a page of the identity map has an available bit", bootPage(5, 0, AVL));
        near("LAY001", "a page of the identity map is read-only after paging began", trace -> trace.beforeTheSwitch()
                .store(bootDirectory(trace), 5, trace.state().word(bootDirectory(trace), 5) & ~2));

        violated(
                "LAY002",
                "the kernel's physical address is unmapped before the switch",
                trace -> trace.beforeTheSwitch().store(bootDirectory(trace), 0, 0));
        violated(
                "LAY002",
                "the kernel's physical address leads elsewhere before the switch",
                trace -> trace.beforeTheSwitch().store(bootDirectory(trace), 0, 0x0200_0083L));
        near("LAY002", "another page of the identity map is unmapped", trace -> trace.beforeTheSwitch()
                .store(bootDirectory(trace), 300, 0));
    }

    static Doctored heapPage(Doctored trace, long frame, long bits) {
        return trace.allocate(frame, 1, "page").map(HEAP, entry(frame, bits));
    }

    private void layout() {
        violated("LAY003", "a page of the heap is read-only", trace -> heapPage(trace.atTheEnd(), FREE, P));
        violated("LAY003", "a page of the image without a segment is read-only", trace -> trace.atTheEnd()
                .map(0xc020_0000L, entry(0x200, P | G)));
        near(
                "LAY003",
                "a page of the heap is writable, through the cache or not",
                trace -> heapPage(trace.atTheEnd(), FREE, RW | 0x18));

        violated("LAY004", "a large page in the heap", trace -> trace.atTheEnd()
                .allocate(0x800, 1024, "page")
                .store(KERNEL, HEAP2_SLOT, 0x0080_0000L | PS | RW));
        near("LAY004", "as many small pages in the heap", trace -> {
            trace.atTheEnd().allocate(0x800, 1024, "page");
            for (int i = 0; i < 1024; i++) {
                trace.map(HEAP2 + ((long) i << 12), entry(0x800 + i, RW));
            }
            return trace;
        });

        violated("LAY005", "a table's entry has G", trace -> trace.atTheEnd()
                .store(KERNEL, 800, trace.state().word(KERNEL, 800) | G));
        violated("LAY005", "the recursive slot is read-only", trace -> trace.atTheEnd()
                .store(KERNEL, 1023, trace.state().word(KERNEL, 1023) & ~2));
        violated("LAY005", "a process is loaded without a recursive slot", trace -> {
            trace.atTheEnd().process(PROCESS, 1).store(PROCESS, 1023, 0);
            return trace.cr3(PROCESS);
        });
        violated(
                "LAY005",
                "the recursive slot of a process refers to the kernel's own directory",
                trace -> trace.atTheEnd()
                        .process(PROCESS, 1)
                        .store(PROCESS, 1023, entry(KERNEL, RW))
                        .cr3(PROCESS));
        near("LAY005", "a process without a recursive slot is not loaded", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .store(PROCESS, 1023, 0));
        near("LAY005", "a table's entry has an available bit", trace -> trace.atTheEnd()
                .store(KERNEL, 800, trace.state().word(KERNEL, 800) | AVL));

        violated("LAY006", "a supervisor page below the kernel", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "page")
                .map(PROCESS, USER_PAGE + 0x1000, entry(FREE, RW)));
        violated("LAY006", "a large page of the identity map in a process", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .allocate(0x800, 1024, "page")
                .store(PROCESS, 2, 0x0080_0000L | PS | USER));
        violated("LAY006", "a user page in the kernel's own directory", trace -> trace.atTheEnd()
                .take(FREE, "page-table")
                .store(KERNEL, 40, entry(FREE, USER))
                .take(FREE + 1, "page")
                .store(FREE, 0, entry(FREE + 1, USER)));
        violated("LAY006", "a process has a page of the identity map, of memory that is free", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .store(PROCESS, 2, 0x0080_0000L | PS | RW));
        near("LAY006", "a user page in a process", trace -> trace.atTheEnd().process(PROCESS, 1));
        near("LAY006", "an empty table below the kernel in its own directory", trace -> trace.atTheEnd()
                .take(FREE, "page-table")
                .store(KERNEL, 40, entry(FREE, USER)));

        violated("LAY010", "a user page at 0", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "page-table")
                .store(PROCESS, 0, entry(FREE, USER))
                .take(FREE + 1, "page")
                .store(FREE, 0, entry(FREE + 1, USER)));
        near("LAY010", "the table of page 0 is there, and empty", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "page-table")
                .store(PROCESS, 0, entry(FREE, USER)));
    }

    private void stack() {
        violated("LAY008", "the boot stack is used again", trace -> trace.atTheEnd()
                .stack(0xc012_d000L));
        violated("LAY008", "the stack pointer runs into the guard page", trace -> trace.atTheEnd()
                .stack(0xffbf_0000L));
        violated("LAY008", "a fault finds the stack pointer outside of the region", trace -> {
            trace.atTheEnd().living(PROCESS, 1).cr3(PROCESS);
            trace.tell().pageFaulted(trace.tick(), DATA, 0, 0xc010_1000L, 0xc020_0000L, 0, 0, 1);
            return trace.answered(DATA, FaultResolution.FIXUP);
        });
        violated("LAY008", "a guard page is mapped", trace -> trace.atTheEnd()
                .take(FREE, "kernel-stack")
                .map(0xffbf_0000L, entry(FREE, RW)));
        near("LAY008", "the stack pointer moves in its slice", trace -> trace.atTheEnd()
                .stack(STACK));
        near("LAY008", "the page above a guard page is mapped", trace -> trace.atTheEnd()
                .take(FREE, "kernel-stack")
                .map(0xffbf_1000L, entry(FREE, RW)));
        near("LAY008", "user mode has its own stack", trace -> trace.atTheEnd()
                .mode(Mode.USER)
                .stack(0xbfff_f000L));
    }

    private void protection() {
        violated("PRT001", "a user page in kernel space before the switch", trace -> trace.beforeTheSwitch()
                .store(bootDirectory(trace), 832, 0x0100_0000L | PS | USER));
        near("PRT001", "a supervisor page there", trace -> trace.beforeTheSwitch()
                .store(bootDirectory(trace), 832, 0x0100_0000L | PS | RW));

        violated("PRT002", "a process maps its own page table", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .map(PROCESS, USER_PAGE + 0x1000, entry(PROCESS + 1, USER)));
        violated("PRT002", "a page of a process becomes its page table", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .clear(PROCESS + 2)
                .store(PROCESS, 50, entry(PROCESS + 2, USER)));
        near("PRT002", "a process maps another page", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "page")
                .map(PROCESS, USER_PAGE + 0x1000, entry(FREE, USER)));

        violated("PRT003", "the temporary slot maps the kernel's text writable", trace -> trace.atTheEnd()
                .map(TEMPORARY, entry(TEXT_FRAME, RW)));
        violated("PRT003", "CR0.WP is cleared", trace -> trace.atTheEnd()
                .register(ControlRegister.CR0, trace.state().register(ControlRegister.CR0) & ~0x1_0000L));
        near("PRT003", "the temporary slot maps the kernel's data writable", trace -> trace.atTheEnd()
                .map(TEMPORARY, entry(0x103, RW)));
    }

    private void entries() {
        violated("ENT001", "a reserved bit in a page of the identity map", bootPage(9, 0, 1 << 21));
        near("ENT001", "PAT in a page of the identity map", bootPage(9, 0, 1 << 12));

        violated("ENT002", "a table is linked twice", trace -> trace.atTheEnd()
                .store(KERNEL, 771, trace.state().word(KERNEL, HEAP2_SLOT)));
        violated("ENT002", "a process has a table twice", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .store(PROCESS, 40, entry(PROCESS + 1, USER)));
        violated("ENT002", "two processes share a user table", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .process(PROCESS + 16, 2)
                .store(PROCESS + 16, 40, 0)
                .store(PROCESS + 16, 32, entry(PROCESS + 1, USER)));
        near("ENT002", "two processes share the kernel's tables", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .process(PROCESS + 16, 2));

        violated("ENT003", "a large page is split in one step", trace -> trace.beforeTheSwitch()
                .mark(bootDirectory(trace), 5, A)
                .take(FREE, "page-table")
                .store(bootDirectory(trace), 5, entry(FREE, RW)));
        violated(
                "ENT003",
                "a large page is replaced by a table without an invalidation",
                trace -> trace.beforeTheSwitch()
                        .mark(bootDirectory(trace), 5, A)
                        .store(bootDirectory(trace), 5, 0)
                        .take(FREE, "page-table")
                        .store(bootDirectory(trace), 5, entry(FREE, RW)));
        near("ENT003", "a large page is replaced by a table after an invalidation", trace -> trace.beforeTheSwitch()
                .mark(bootDirectory(trace), 5, A)
                .store(bootDirectory(trace), 5, 0)
                .invlpg(5L << 22)
                .take(FREE, "page-table")
                .store(bootDirectory(trace), 5, entry(FREE, RW)));
        near("ENT003", "a large page that was never used is split", trace -> trace.beforeTheSwitch()
                .take(FREE, "page-table")
                .store(bootDirectory(trace), 5, entry(FREE, RW)));
    }

    private void owners() {
        violated("FRM001", "two pages of the heap map one frame", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .map(HEAP + 0x1000, entry(FREE, RW)));
        violated("FRM001", "the heap maps a frame of the kernel image", trace -> trace.atTheEnd()
                .map(HEAP, entry(0x103, RW)));
        violated("FRM001", "the heap maps a page table", trace -> trace.atTheEnd()
                .map(HEAP, entry(trace.table(KERNEL, HEAP2), RW)));
        violated("FRM001", "a page of the heap becomes a page table", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .process(PROCESS, 1)
                .clear(FREE)
                .store(PROCESS, 50, entry(FREE, USER)));
        violated("FRM001", "two processes write one frame", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .process(PROCESS + 16, 2)
                .map(PROCESS + 16, USER_PAGE + 0x1000, entry(PROCESS + 2, USER)));
        near(
                "FRM001",
                "the frame of an unmapped page is mapped elsewhere",
                trace -> heapPage(trace.atTheEnd(), FREE, RW).map(HEAP, 0).map(HEAP + 0x1000, entry(FREE, RW)));
        near("FRM001", "the temporary slot maps a page table", trace -> trace.atTheEnd()
                .map(TEMPORARY, entry(trace.table(KERNEL, HEAP2), RW)));
        near("FRM001", "two processes read one frame that the kernel shares", trace -> {
            trace.atTheEnd().process(PROCESS, 1).process(PROCESS + 16, 2);
            trace.map(PROCESS, USER_PAGE, entry(PROCESS + 2, USER & ~2));
            trace.tell().frameShared(trace.tick(), PROCESS + 2, 2);
            return trace.map(PROCESS + 16, USER_PAGE + 0x1000, entry(PROCESS + 2, USER & ~2));
        });

        violated("FRM002", "the heap maps a free frame", trace -> trace.atTheEnd()
                .map(HEAP, entry(FREE, RW)));
        near("FRM002", "the heap maps the screen", trace -> trace.atTheEnd()
                .map(HEAP, entry(0xb8, RW))
                .map(HEAP, 0));
    }

    private void frames() {
        violated("FRM003", "a frame of the kernel is allocated", trace -> trace.atTheEnd()
                .allocate(0x200, 1, "page"));
        violated("FRM003", "an allocated frame is locked", trace -> trace.atTheEnd()
                .allocate(FREE, 1, "page")
                .lock(FREE, 1, "module"));
        near("FRM003", "the first frame above the kernel's that is free is allocated", trace -> trace.atTheEnd()
                .allocate(0x504, 1, "page"));

        violated("FRM004", "a frame is allocated twice", trace -> trace.atTheEnd()
                .allocate(FREE, 4, "page")
                .allocate(FREE + 3, 1, "page"));
        violated("FRM004", "a frame is freed twice", trace -> trace.atTheEnd()
                .allocate(FREE, 4, "page")
                .free(FREE, 4)
                .free(FREE + 1, 1));
        near("FRM004", "a freed frame is allocated again", trace -> trace.atTheEnd()
                .allocate(FREE, 4, "page")
                .free(FREE, 4)
                .allocate(FREE, 4, "page"));

        violated("FRM006", "a mapped frame is freed", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .free(FREE, 1));
        violated("FRM006", "a page table in use is freed", trace -> trace.atTheEnd()
                .free(trace.table(KERNEL, HEAP2), 1));
        violated("FRM006", "the directory of a process that lives is freed", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .free(PROCESS, 1));
        near("FRM006", "a frame is freed that the boot's identity map shows", trace -> trace.beforeTheSwitch()
                .allocate(FREE, 1, "page")
                .free(FREE, 1));
        near("FRM006", "an unmapped frame is freed", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .touch(HEAP, WRITE)
                .map(HEAP, 0)
                .invlpg(HEAP)
                .free(FREE, 1));
        near(
                "FRM006",
                "the frames of a process that is gone are freed",
                trace -> trace.atTheEnd().process(PROCESS, 1).retire(PROCESS, 1).free(PROCESS, 3));

        violated("FRM007", "a frame of the firmware's tables is allocated", trace -> trace.atTheEnd()
                .allocate(0x3fe0, 1, "page"));
        violated("FRM007", "a frame beyond memory is allocated", trace -> trace.atTheEnd()
                .allocate(0x8000, 1, "page"));
        near("FRM007", "the last available frame is allocated", trace -> trace.atTheEnd()
                .allocate(0x3fdf, 1, "page"));

        violated("FRM009", "a table is linked as it was allocated", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .allocate(FREE, 1, "page-table")
                .store(PROCESS, 50, entry(FREE, USER)));
        violated("FRM009", "a table is cleared, freed, allocated again and linked", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "page-table")
                .free(FREE, 1)
                .allocate(FREE, 1, "page-table")
                .store(PROCESS, 50, entry(FREE, USER)));
        violated("FRM009", "a directory is used as it was allocated", trace -> trace.atTheEnd()
                .allocate(FREE, 1, "page-directory")
                .space(FREE, 1));
        near("FRM009", "a table is cleared and linked", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "page-table")
                .store(PROCESS, 50, entry(FREE, USER)));
    }

    private void served() {
        violated("TLB001", "an access is served with the frame of before", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .allocate(FREE + 1, 1, "page")
                .map(HEAP, entry(FREE + 1, RW | A))
                .use(HEAP, READ, 0));
        violated("TLB001", "a page that is gone is read", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, 0)
                .use(HEAP, READ, 0));
        violated("TLB001", "a page of a process is written that is read-only by now", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .cr3(PROCESS)
                .touch(USER_PAGE, WRITE)
                .map(USER_PAGE, entry(PROCESS + 2, USER & ~2 | A | D))
                .use(USER_PAGE, WRITE, 3));
        violated("TLB001", "the cache of directory entries leads to the table of before", trace -> {
            trace.atTheEnd().mark(KERNEL, HEAP2_SLOT, A);
            long pde = trace.state().word(KERNEL, HEAP2_SLOT);
            trace.tell().walkCacheFilled(trace.tick(), 0, 0, HEAP2, pde);
            trace.take(FREE, "page-table").store(KERNEL, HEAP2_SLOT, entry(FREE, RW | A));
            trace.tell().changedEntryUsed(trace.tick(), Tlb.WALK_CACHE.ordinal(), 0, 0, HEAP2, READ, 0, 0xc010_1000L);
            return trace;
        });
        violated(
                "TLB001",
                "a global page is used that is gone from the directory that has its lazy table",
                trace -> lazy(trace).map(KERNEL, HEAP, 0).use(HEAP, READ, 0));
        near("TLB001", "a global page is used where its lazy table is still to come", trace -> lazy(trace)
                .use(HEAP, READ, 0));
        near("TLB001", "a changed entry is used that still agrees", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, entry(FREE, RW | A | AVL))
                .use(HEAP, READ, 0));
        near("TLB001", "a page that is read-only by now is read", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .cr3(PROCESS)
                .touch(USER_PAGE, WRITE)
                .map(USER_PAGE, entry(PROCESS + 2, USER & ~2 | A | D))
                .use(USER_PAGE, READ, 3)
                .invlpg(USER_PAGE));
        near("TLB001", "user mode fetches where the kernel's entry denies it", trace -> heapPage(
                        trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, 0)
                .use(HEAP, FETCH, 3));
    }

    /** A global page of the kernel was used, and a process is loaded that lacks its table. */
    private static Doctored lazy(Doctored trace) {
        return heapPage(trace.withRam(8L << 20).atTheEnd(), FREE, RW | G)
                .touch(HEAP, READ)
                .process(PROCESS, 1)
                .store(PROCESS, 769, 0)
                .cr3(PROCESS);
    }

    private void invalidated() {
        violated("TLB002", "user mode is returned to before an unmapped page is invalidated", trace -> heapPage(
                        trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, 0)
                .mode(Mode.USER));
        violated("TLB002", "a frame is mapped elsewhere before its page is invalidated", trace -> heapPage(
                        trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, 0)
                .map(HEAP + 0x1000, entry(FREE, RW)));
        violated("TLB002", "a page is made read-only and user mode returned to", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .cr3(PROCESS)
                .touch(USER_PAGE, WRITE)
                .map(USER_PAGE, entry(PROCESS + 2, USER & ~2 | A | D))
                .mode(Mode.USER));
        violated("TLB002", "of the pages under an unlinked table one is not invalidated", trace -> heapPage(
                        trace.atTheEnd(), FREE, RW)
                .take(FREE + 1, "page")
                .map(HEAP + 0x1000, entry(FREE + 1, RW))
                .touch(HEAP, READ)
                .touch(HEAP + 0x1000, READ)
                .store(KERNEL, 769, 0)
                .invlpg(0xffc0_0000L + 769 * 4096L)
                .invlpg(HEAP)
                .mode(Mode.USER));
        violated("TLB002", "an entry is taken away, given back and taken away again", trace -> heapPage(
                        trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, 0)
                .map(HEAP, entry(FREE, RW))
                .map(HEAP, 0)
                .mode(Mode.USER));
        violated("TLB002", "a global page loses G, is unmapped, and only CR3 is loaded", trace -> heapPage(
                        trace.atTheEnd(), FREE, RW | G)
                .touch(HEAP, READ)
                .map(HEAP, entry(FREE, RW | A))
                .map(HEAP, 0)
                .cr3(KERNEL)
                .mode(Mode.USER));
        violated("TLB002", "the frame of a page under an unlinked table is freed", trace -> usedHeap(trace)
                .store(KERNEL, 769, 0)
                .invlpg(0xffc0_0000L + 769 * 4096L)
                .free(FREE, 1));
        near("TLB002", "an empty table is taken away and given back", trace -> {
            long word = trace.atTheEnd().mark(KERNEL, HEAP2_SLOT, A).state().word(KERNEL, HEAP2_SLOT);
            return trace.store(KERNEL, HEAP2_SLOT, 0)
                    .store(KERNEL, HEAP2_SLOT, word)
                    .mode(Mode.USER);
        });
        near("TLB002", "the page is invalidated before user mode is returned to", trace -> heapPage(
                        trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, 0)
                .invlpg(HEAP)
                .mode(Mode.USER));
        near("TLB002", "CR3 is loaded before user mode is returned to", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, 0)
                .cr3(KERNEL)
                .mode(Mode.USER));
        near("TLB002", "a page that was never used is unmapped", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .map(HEAP, 0)
                .mode(Mode.USER));
        near("TLB002", "a page of an address space that is not loaded is unmapped", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .cr3(PROCESS)
                .touch(USER_PAGE, READ)
                .cr3(KERNEL)
                .map(PROCESS, USER_PAGE, 0)
                .mode(Mode.USER));
        near("TLB002", "rights are given and user mode returned to", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .map(PROCESS, USER_PAGE, entry(PROCESS + 2, USER & ~2))
                .cr3(PROCESS)
                .touch(USER_PAGE, READ)
                .map(USER_PAGE, entry(PROCESS + 2, USER | A))
                .mode(Mode.USER));
        near("TLB002", "an entry is taken away and given back", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ)
                .map(HEAP, 0)
                .map(HEAP, entry(FREE, RW))
                .mode(Mode.USER));

        violated("TLB005", "a replaced table's window page is filled before it is invalidated", trace -> replacedTable(
                        trace)
                .touch(0xffc0_0000L + HEAP2_SLOT * 4096L, READ));
        violated(
                "TLB005",
                "a replaced table is written before its window page is invalidated",
                trace -> replacedTable(trace).take(FREE + 1, "page").map(HEAP2, entry(FREE + 1, RW)));
        near("TLB005", "a replaced table is written after its window page was invalidated", trace -> replacedTable(
                        trace)
                .invlpg(0xffc0_0000L + HEAP2_SLOT * 4096L)
                .take(FREE + 1, "page")
                .map(HEAP2, entry(FREE + 1, RW)));
        near(
                "TLB005",
                "a replaced table is written after CR3 was loaded",
                trace -> replacedTable(trace).cr3(KERNEL).take(FREE + 1, "page").map(HEAP2, entry(FREE + 1, RW)));
    }

    /** A page of the heap that was used, though no TLB of this machine holds it. */
    private static Doctored usedHeap(Doctored trace) {
        heapPage(trace.atTheEnd(), FREE, RW).mark(KERNEL, 769, A);
        return trace.mark(trace.table(KERNEL, HEAP), 0, A);
    }

    private static Doctored replacedTable(Doctored trace) {
        return trace.atTheEnd()
                .mark(KERNEL, HEAP2_SLOT, A)
                .take(FREE, "page-table")
                .store(KERNEL, HEAP2_SLOT, entry(FREE, RW));
    }

    private void filled() {
        violated("TLB003", "a user page is global", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "page")
                .map(PROCESS, USER_PAGE + 0x1000, entry(FREE, USER | G)));
        near("TLB003", "a page of the heap is global", trace -> heapPage(trace.atTheEnd(), FREE, RW | G)
                .touch(HEAP, READ));

        violated("TLB004", "a fill has another frame than the entry", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .touch(HEAP, READ, 0x1000));
        violated("TLB004", "a fill says dirty where the entry is clean", trace -> {
            heapPage(trace.atTheEnd(), FREE, RW).touch(HEAP, READ);
            long pde = trace.state().word(KERNEL, 769);
            long pte = trace.state().word(trace.table(KERNEL, HEAP), 0);
            int rights = Rights.READ | Rights.WRITE | Rights.EXECUTE;
            trace.tell()
                    .tlbFilled(
                            trace.tick(), Tlb.DATA_4K.ordinal(), 0, 1, -1, HEAP >>> 12, pde, pte, rights, 1, 0, 0, 2);
            return trace;
        });
        violated("TLB004", "a fill comes from a way of the second level that holds another page", trace -> {
            heapPage(trace.atTheEnd(), FREE, RW).touch(HEAP, READ);
            long pde = trace.state().word(KERNEL, 769);
            long pte = trace.state().word(trace.table(KERNEL, HEAP), 0);
            int rights = Rights.READ | Rights.WRITE | Rights.EXECUTE;
            trace.tell()
                    .tlbFilled(trace.tick(), Tlb.DATA_4K.ordinal(), 0, 1, 3, HEAP >>> 12, pde, pte, rights, 0, 0, 2, 0);
            return trace;
        });
        near("TLB004", "one word is both entries of a walk that writes", trace -> {
            long itself = 0xffff_f000L;
            trace.atTheEnd().mark(KERNEL, 1023, A);
            long read = trace.state().word(KERNEL, 1023);
            trace.mark(KERNEL, 1023, A | D);
            long set = trace.dataSet(itself);
            int rights = Rights.READ | Rights.WRITE | Rights.EXECUTE;
            trace.tell()
                    .tlbFilled(
                            trace.tick(),
                            Tlb.DATA_4K.ordinal(),
                            (int) set,
                            0,
                            -1,
                            itself >>> 12,
                            read,
                            read | D,
                            rights,
                            1,
                            0,
                            0,
                            2);
            return trace;
        });
        near("TLB004", "a fill has what the entries have", trace -> heapPage(trace.atTheEnd(), FREE, RW)
                .touch(HEAP, WRITE));
    }

    private void faults() {
        violated("FLT004", "a double fault", trace -> {
            trace.atTheEnd().tell().doubleFaulted(trace.tick(), HEAP, 0, 0xc010_1000L, STACK, 0, 0);
            return trace;
        });
        violated("FLT004", "a triple fault", trace -> {
            trace.atTheEnd().tell().tripleFaulted(trace.tick(), HEAP, 0, 0xc010_1000L, STACK, 0, 0);
            return trace;
        });
        near("FLT004", "a page fault", trace -> {
            trace.atTheEnd().living(PROCESS, 1).cr3(PROCESS);
            return trace.fault(DATA, PageFaultCode.USER, 3).answered(DATA, FaultResolution.KILLED);
        });
    }

    private void order() {
        violated("ORD001", "a step is missing", trace -> {
            int symbol = trace.numberOf("S6");
            return trace.without(
                    told -> (told.is(EventId.PHASE_BEGAN) || told.is(EventId.PHASE_ENDED)) && told.f(0) == symbol);
        });
        violated("ORD001", "a step is taken twice", trace -> {
            trace.atTheEnd();
            int symbol = trace.symbol("S4");
            trace.tell().phaseBegan(trace.tick(), symbol);
            trace.tell().phaseEnded(trace.tick(), symbol);
            return trace;
        });
        near("ORD001", "another phase follows", trace -> {
            trace.atTheEnd();
            int symbol = trace.symbol("idle");
            trace.tell().phaseBegan(trace.tick(), symbol);
            trace.tell().phaseEnded(trace.tick(), symbol);
            return trace;
        });

        violated("ORD002", "boot information is not locked", trace -> {
            int symbol = trace.numberOf("boot-information");
            return trace.without(told -> told.is(EventId.FRAMES_LOCKED) && told.f(2) == symbol);
        });
        near("ORD002", "something more is locked after the first allocation", trace -> trace.atTheEnd()
                .lock(FREE, 1, "module"));

        violated(
                "ORD003",
                "the instruction after the switch is not mapped",
                trace -> trace.altering(Doctored::isSwitch, fields -> fields[3] = 0x0010_1000L));
        violated(
                "ORD003",
                "the stack is not mapped after the switch",
                trace -> trace.altering(Doctored::isSwitch, fields -> fields[4] = 0x0012_d000L));
        violated(
                "ORD003",
                "the page-fault handler is not mapped",
                trace -> trace.altering(
                        told -> told.is(EventId.DESCRIPTOR_TABLE_LOADED) && told.f(3) != 0,
                        fields -> fields[3] = 0x0010_1000L));
        near(
                "ORD003",
                "the switch is elsewhere in the image",
                trace -> trace.altering(Doctored::isSwitch, fields -> fields[3] = 0xc010_2abcL));

        violated("ORD004", "CR4.PGE is set before the switch", trace -> trace.beforeTheSwitch()
                .register(ControlRegister.CR4, 0x90)
                .flush(FlushCause.CR4_PGE)
                .register(ControlRegister.CR4, 0x10)
                .flush(FlushCause.CR4_PGE));
        near("ORD004", "CR4.PGE is cleared and set again after it", trace -> trace.atTheEnd()
                .register(ControlRegister.CR4, 0x10)
                .flush(FlushCause.CR4_PGE)
                .register(ControlRegister.CR4, 0x90)
                .flush(FlushCause.CR4_PGE));
    }

    private void trace() {
        violated(
                "TRC001",
                "an event says otherwise of what was",
                trace -> trace.altering(told -> told.is(EventId.ENTRY_MARKED), fields -> fields[2] ^= AVL));
        violated("TRC001", "an event follows the machine's stop", trace -> {
            trace.atTheEnd().tell().machineStopped(trace.tick(), 0);
            return trace;
        });
        near("TRC001", "two events have the same tick", trace -> trace.atTheEnd()
                .clear(FREE)
                .clear(FREE));
    }
}
