package org.pagetrail.recorder.kernel.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.recorder.kernel.Code;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.Defects;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.KernelLayout;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.recorder.kernel.Routines;
import org.pagetrail.recorder.kernel.Symbols;
import org.pagetrail.recorder.kernel.pmm.FrameAllocator;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * The model kernel from the boot loader's jump to the end of S6: every step of the plan, done through the machine as the
 * kernel's own instructions would.
 *
 * <p>Until S5's switch the new paging structures are written through the identity map, after it through the recursive window.
 * What is needed past the switch (boot information, modules, stack, GDT, IDT, TSS) is reached through the kernel region or,
 * for a module that does not lie in it, through a mapping at the foot of the kernel heap.
 */
public final class BootKernel {
    private static final int PAGE = LinearAddress.PAGE_BYTES;
    private static final int LARGE = LinearAddress.LARGE_PAGE_BYTES;
    private static final int KERNEL_RW = Entries.PRESENT | Entries.WRITABLE;
    private static final int BOOT_STACK_PAGES = 4;
    private static final int KERNEL_PID = 0;

    /** Bit 21 of a directory entry of a 4 MB page is reserved on every machine (SDM volume 3A, table 4-4). */
    private static final int RESERVED = 1 << 21;

    // Pages of the boot data, see BootEnvironment.BOOT_DATA_PAGES.
    private static final int DIRECTORY = 0;
    private static final int STACK = 1;
    private static final int GDT = 5;
    private static final int IDT = 6;
    private static final int TSS = 7;
    private static final int BITMAP = 8;

    private final Machine machine;
    private final TraceEvents events;
    private final BootEnvironment environment;
    private final KernelLayout layout;
    private final Symbols symbols;
    private final Code code;
    private final Routines routines;
    private final DescriptorTables tables;
    private final FrameAllocator frames;
    private final boolean globalPages;
    private final Defects defects;

    private int directory;
    private int heapFirst;

    /** Whether a wrong kernel maps the boot's pages global. */
    private boolean globalBoot;

    /** Whether a wrong kernel locks the modules only after it has allocated. */
    private boolean lockLate;

    /** Where the kernel finds each module after S5, in their order. */
    private final List<Integer> moduleAddresses = new ArrayList<>();

    /**
     * A kernel that a boot loader is about to start.
     *
     * @param machine with the image, the modules and the boot information in its memory
     * @param events who is told what the machine does not see by itself
     */
    public BootKernel(Machine machine, TraceEvents events, BootEnvironment environment) {
        this(machine, events, environment, Defects.NONE);
    }

    /**
     * A kernel that makes mistakes.
     *
     * @param defects which
     */
    public BootKernel(Machine machine, TraceEvents events, BootEnvironment environment, Defects defects) {
        this.machine = machine;
        this.events = events;
        this.environment = environment;
        layout = environment.layout();
        symbols = new Symbols(events, machine::now);
        code = new Code(machine);
        routines = new Routines(code, environment.functions(), environment.text(), environment.textRoom());
        tables = new DescriptorTables(machine, code);
        this.defects = defects;
        frames = new FrameAllocator(machine, code, events, symbols, defects, high(bootData(BITMAP)));
        globalPages = layout.globalPages() && machine.profile().features().pge();
    }

    /** Tells what firmware and boot loader left, and runs the kernel to the end of S6. */
    public void boot() {
        tellWhatWasLoaded();
        phase("B1", this::mapIdentity);
        phase("B2", this::enterHigherHalf);
        phase("S1", () -> call(Routine.PMM_INIT, this::initializeFrames));
        if (defects.strikes(Defect.WRONG_ORDER)) {
            phase("S3", () -> call(Routine.LOCK_MODULES, this::lockModules));
            phase("S2", () -> call(Routine.LOCK_KERNEL, this::lockKernel));
        } else {
            phase("S2", () -> call(Routine.LOCK_KERNEL, this::lockKernel));
            lockLate = defects.strikes(Defect.LOCK_AFTER_FIRST_ALLOC);
            phase("S3", () -> call(Routine.LOCK_MODULES, lockLate ? () -> {} : this::lockModules));
        }
        phase("S4", () -> call(Routine.VMM_INIT, this::initializeVirtualMemory));
        phase("S5", () -> call(Routine.REMAP_HIGHER_HALF, this::remapHigherHalf));
        phase("S6", () -> call(Routine.RELOCATE_STACK, this::relocateStack));
    }

    /**
     * Boots, and hands over.
     *
     * @return the kernel for what comes after
     */
    public Booted bootForMore() {
        boot();
        KernelCore core = new KernelCore(machine, events, symbols, code, routines, layout, frames, defects);
        return new Booted(
                core, tables, high(bootData(IDT)), high(bootData(TSS)), directory, heapFirst, moduleAddresses);
    }

    private void phase(String name, Runnable step) {
        int symbol = symbols.of(name);
        machine.tellAccesses();
        events.phaseBegan(machine.now(), symbol);
        step.run();
        machine.tellAccesses();
        events.phaseEnded(machine.now(), symbol);
    }

    private void call(Routine routine, Runnable body) {
        routines.call(routine, body);
    }

    /** Physical address of a page of the boot data. */
    private int bootData(int page) {
        return environment.bootData() + page << LinearAddress.PAGE_SHIFT;
    }

    /** Where the kernel region shows a physical address of its frames. */
    private int high(int physical) {
        return layout.kernelBase() + physical;
    }

    private void tellWhatWasLoaded() {
        for (BootEnvironment.Memory range : environment.memory()) {
            events.memoryRegionReported(
                    machine.now(), range.physical(), range.size(), range.type().ordinal());
        }
        for (BootEnvironment.Segment segment : environment.segments()) {
            events.kernelSegmentLoaded(
                    machine.now(),
                    segment.physical(),
                    segment.linear(),
                    segment.fileSize(),
                    segment.memorySize(),
                    segment.rights());
        }
        for (BootEnvironment.Module module : environment.modules()) {
            int name = symbols.of(module.name());
            events.moduleLoaded(machine.now(), module.physical(), module.size(), name);
        }
    }

    // B1, B2: paging off, then on

    private void mapIdentity() {
        code.enter(environment.entry(), environment.entryRoom());
        machine.moveStack(bootData(STACK + BOOT_STACK_PAGES));
        tables.loadBootGdt(bootData(GDT));
        code.step();
        machine.writeCr4(machine.register(ControlRegister.CR4) | ControlBits.CR4_PSE);
        int boot = bootData(DIRECTORY);
        clearPage(boot);
        machine.createAddressSpace(environment.bootData() + DIRECTORY, KERNEL_PID, symbols.of("boot"));
        globalBoot = machine.profile().features().pge() && defects.strikes(Defect.GLOBAL_BOOT_PAGES);
        mapAtBoot("B1");
    }

    private void mapAtBoot(String step) {
        for (KernelLayout.BootMapping mapping : layout.bootMappings()) {
            if (mapping.step().equals(step)) {
                int bits = Entries.PAGE_SIZE | KERNEL_RW | (globalBoot ? Entries.GLOBAL : 0);
                for (long offset = 0; offset < mapping.bytes(); offset += LARGE) {
                    int linear = mapping.linear() + (int) offset;
                    // A reserved bit where no RAM is: nobody goes there.
                    boolean last = offset + LARGE >= mapping.bytes();
                    int wrong = last && defects.strikes(Defect.RESERVED_BIT_SET) ? RESERVED : 0;
                    code.store(
                            bootData(DIRECTORY) + LinearAddress.directorySlot(linear) * Integer.BYTES,
                            mapping.physical() + (int) offset | bits | wrong);
                }
            }
        }
    }

    private void enterHigherHalf() {
        mapAtBoot("B2");
        code.step();
        machine.writeCr3(bootData(DIRECTORY));
        code.step();
        machine.writeCr0(machine.register(ControlRegister.CR0) | ControlBits.CR0_PG | ControlBits.CR0_WP);
        if (globalBoot) {
            code.step();
            machine.writeCr4(machine.register(ControlRegister.CR4) | ControlBits.CR4_PGE);
        }
        tellSwitched(environment.bootData() + DIRECTORY, "boot");
        code.step();
        routines.enter(Routine.HIGHER_HALF);
        code.step();
        machine.moveStack(high(machine.sp()));
        tables.loadAll(
                high(bootData(GDT)),
                high(bootData(IDT)),
                high(bootData(TSS)),
                high(bootData(STACK + BOOT_STACK_PAGES)),
                routines.address(Routine.PAGE_FAULT),
                routines.address(Routine.DOUBLE_FAULT));
        machine.onPageFault(this::panic);
    }

    private void tellSwitched(int frame, String name) {
        events.addressSpaceSwitched(machine.now(), frame, KERNEL_PID, symbols.of(name));
    }

    /** A page fault of the boot is a defect of the kernel: there is nothing to resolve it with. */
    private void panic(int linear, int errorCode) {
        events.pageFaultResolved(machine.now(), LinearAddress.unsigned(linear), FaultResolution.KILLED.ordinal());
        throw machine.stop(StopReason.HALT);
    }

    // S1 to S3: what memory there is, and what of it is taken

    private MultibootInformation information(int offset) {
        return new MultibootInformation(code, environment.bootInformation(), offset);
    }

    private void initializeFrames() {
        frames.begin();
        for (long[] range : information(0).availableMemory()) {
            frames.makeAvailable(range[0], range[1]);
        }
    }

    private void lockKernel() {
        frames.lock(0, layout.kernelPages(), "kernel");
    }

    private void lockModules() {
        for (long[] module : information(0).modules()) {
            lock(module[0], module[1], "module");
        }
        lock(environment.bootInformation(), environment.bootInformationBytes(), "boot-information");
    }

    private void lock(long physical, long size, String use) {
        int first = (int) (physical >>> LinearAddress.PAGE_SHIFT);
        int end = (int) (physical + size + PAGE - 1 >>> LinearAddress.PAGE_SHIFT);
        if (end > first) {
            frames.lock(first, end - first, use);
        }
    }

    // S4, S5: the new structure, written through the identity map

    private int allocate(String use) {
        int[] frame = new int[1];
        call(Routine.ALLOCATE_FRAME, () -> frame[0] = frames.allocate(use));
        return frame[0];
    }

    private void clearPage(int linear) {
        code.step();
        machine.clearPage(linear);
    }

    /** A cleared frame that linear addresses reach by their own number until S5's switch. */
    private int allocateBelowIdentity(String use) {
        int frame = allocate(use);
        if ((long) frame << LinearAddress.PAGE_SHIFT >= layout.identityBytes()) {
            throw new BootException(String.format(
                    Locale.ROOT,
                    "page frame 0x%08x for a %s lies beyond the plan's identity map of %,d KB, through which it is to be written;"
                            + " map more in B1",
                    (long) frame << LinearAddress.PAGE_SHIFT,
                    use,
                    layout.identityBytes() / 1024));
        }
        clearPage(frame << LinearAddress.PAGE_SHIFT);
        return frame;
    }

    private void initializeVirtualMemory() {
        directory = allocateBelowIdentity("page-directory");
        if (lockLate) {
            lockModules();
        }
        machine.createAddressSpace(directory, KERNEL_PID, symbols.of("kernel"));
        link(layout.recursiveSlot(), directory);
    }

    private void link(int slot, int table) {
        code.store(physical(directory, slot), table << LinearAddress.PAGE_SHIFT | KERNEL_RW);
    }

    private static int physical(int frame, int slot) {
        return (frame << LinearAddress.PAGE_SHIFT) + slot * Integer.BYTES;
    }

    private void remapHigherHalf() {
        if (defects.strikes(Defect.SIZE_CHANGE_WITHOUT_FLUSH)) {
            splitFirstLargePage();
        }
        if (layout.keepIdentity() || defects.strikes(Defect.IDENTITY_MAP_LEFT)) {
            for (int slot = 0; slot < layout.kernelSlot(); slot++) {
                code.store(physical(directory, slot), code.load(bootData(DIRECTORY) + slot * Integer.BYTES));
            }
        }
        linkKernelImage();
        for (int slot = layout.kernelSlot() + 1; slot < layout.recursiveSlot(); slot++) {
            if (layout.preallocate() || layout.neverLazyTables().contains(slot)) {
                link(slot, allocateBelowIdentity("page-table"));
            }
        }
        mapModules();
        switchDirectory();
        checkWhatSurvived();
    }

    /** What a wrong kernel does: the 4 MB page becomes a table of the same frames, at once. */
    private void splitFirstLargePage() {
        int table = allocateBelowIdentity("page-table");
        for (int page = 0; page < LinearAddress.SLOTS; page++) {
            code.store(physical(table, page), page << LinearAddress.PAGE_SHIFT | KERNEL_RW);
        }
        code.store(bootData(DIRECTORY), table << LinearAddress.PAGE_SHIFT | KERNEL_RW);
    }

    private int kernelPage(int frame, boolean writable) {
        return frame << LinearAddress.PAGE_SHIFT
                | Entries.PRESENT
                | (writable ? Entries.WRITABLE : 0)
                | (globalPages ? Entries.GLOBAL : 0);
    }

    private void linkKernelImage() {
        if (defects.strikes(Defect.LARGE_PAGE_LEFT)) {
            code.store(physical(directory, layout.kernelSlot()), Entries.PAGE_SIZE | KERNEL_RW);
            return;
        }
        boolean writableText = defects.strikes(Defect.WRITABLE_TEXT);
        int missing = defects.strikes(Defect.RUG_PULLED) ? machine.ip() - layout.kernelBase() >>> 12 : -1;
        int table = allocateBelowIdentity("page-table");
        for (int page = 0; page < layout.kernelPages(); page++) {
            if (page != missing) {
                code.store(
                        physical(table, page),
                        kernelPage(page, writableText || environment.writable()[page]));
            }
        }
        link(layout.kernelSlot(), table);
    }

    private void mapModules() {
        int next = layout.heapBase();
        for (long[] module : information(0).modules()) {
            int first = (int) (module[0] >>> LinearAddress.PAGE_SHIFT);
            int end = (int) (module[0] + module[1] + PAGE - 1 >>> LinearAddress.PAGE_SHIFT);
            if (end <= layout.kernelPages()) {
                moduleAddresses.add(high((int) module[0]));
                continue;
            }
            moduleAddresses.add(next + LinearAddress.offset((int) module[0]));
            for (int frame = first; frame < end; frame++) {
                mapBeforeSwitch(next, kernelPage(frame, true));
                next += PAGE;
            }
        }
        heapFirst = next;
    }

    private void mapBeforeSwitch(int linear, int entry) {
        int slot = LinearAddress.directorySlot(linear);
        int pde = code.load(physical(directory, slot));
        if (!Entries.present(pde)) {
            link(slot, allocateBelowIdentity("page-table"));
            pde = code.load(physical(directory, slot));
        }
        code.store(physical(Entries.frame(pde), LinearAddress.tableSlot(linear)), entry);
    }

    private void switchDirectory() {
        code.step();
        machine.writeCr3(directory << LinearAddress.PAGE_SHIFT);
        tellSwitched(directory, "kernel");
        machine.retireAddressSpace(environment.bootData() + DIRECTORY, KERNEL_PID, symbols.of("boot"));
        if (globalPages) {
            code.step();
            machine.writeCr4(machine.register(ControlRegister.CR4) | ControlBits.CR4_PGE);
        }
    }

    /** Reads boot information and modules again where they are to be found from now on. */
    private void checkWhatSurvived() {
        information(layout.kernelBase()).flags();
        for (int address : moduleAddresses) {
            code.load(address & -Integer.BYTES);
        }
    }

    // S6: the stack, written through the window

    private void relocateStack() {
        int top = layout.stackTop();
        for (int linear = top - layout.stackBytes(); linear != top; linear += PAGE) {
            int page = linear;
            int frame = allocate("kernel-stack");
            call(Routine.MAP_PAGE, () -> code.store(layout.windowEntry(page), kernelPage(frame, true)));
            clearPage(page);
        }
        int from = high(bootData(STACK + BOOT_STACK_PAGES));
        for (int linear = from - Integer.BYTES;
                Integer.compareUnsigned(linear, machine.sp()) >= 0;
                linear -= Integer.BYTES) {
            code.store(linear - from + top, code.load(linear));
        }
        if (defects.strikes(Defect.STACK_NOT_RELOCATED)) {
            return;
        }
        code.step();
        machine.moveStack(machine.sp() - from + top);
        tables.kernelStack(high(bootData(TSS)), top);
    }
}
