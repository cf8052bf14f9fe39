package org.pagetrail.recorder.kernel.boot;

import org.pagetrail.recorder.kernel.Code;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.DescriptorTable;

/**
 * The kernel's GDT, IDT and TSS: a page each.
 *
 * <pre>
 *  GDT  0x00 null   0x08 kernel code   0x10 kernel data   0x18 user code   0x20 user data   0x28 TSS
 *  IDT  256 gates of 8 bytes; 8 #DF and 14 #PF are present, after the boot 0x20 and 0x80 as well
 *  TSS  104 bytes; ESP0 at 4, SS0 at 8
 * </pre>
 */
final class DescriptorTables {
    static final int KERNEL_CODE = 0x08;
    static final int KERNEL_DATA = 0x10;
    private static final int TASK = 0x28;

    private static final int GDT_LIMIT = 6 * 8 - 1;
    private static final int IDT_LIMIT = 256 * 8 - 1;
    private static final int TSS_LIMIT = 104 - 1;
    private static final int TSS_ESP0 = 4;
    private static final int TSS_SS0 = 8;

    private static final int FLAT_LIMIT = 0x0000_ffff;
    private static final int[] FLAT_ACCESS = {0x00cf_9a00, 0x00cf_9200, 0x00cf_fa00, 0x00cf_f200};
    private static final int TSS_ACCESS = 0x0000_8900;
    private static final int INTERRUPT_GATE = 0x8e00;

    /** DPL 3. */
    private static final int FOR_USER = 3 << 13;

    private static final int DOUBLE_FAULT = 8;
    private static final int PAGE_FAULT = 14;

    private final Machine machine;
    private final Code code;

    DescriptorTables(Machine machine, Code code) {
        this.machine = machine;
        this.code = code;
    }

    /** Writes the flat segments and loads the GDT from where it stands now. */
    void loadBootGdt(int gdt) {
        for (int i = 0; i < FLAT_ACCESS.length; i++) {
            code.store(gdt + 8 + i * 8, FLAT_LIMIT);
            code.store(gdt + 12 + i * 8, FLAT_ACCESS[i]);
        }
        code.step();
        machine.loadDescriptorTable(DescriptorTable.GDT, gdt, GDT_LIMIT);
    }

    /** Writes and loads all three at the addresses at which they stay. */
    void loadAll(int gdt, int idt, int tss, int stackTop, int pageFault, int doubleFault) {
        code.store(gdt + TASK, tss << 16 | TSS_LIMIT);
        code.store(gdt + TASK + 4, tss & 0xff00_0000 | TSS_ACCESS | tss >>> 16 & 0xff);
        code.step();
        machine.loadDescriptorTable(DescriptorTable.GDT, gdt, GDT_LIMIT);
        gate(idt, DOUBLE_FAULT, doubleFault, false);
        gate(idt, PAGE_FAULT, pageFault, false);
        code.step();
        machine.loadDescriptorTable(DescriptorTable.IDT, idt, IDT_LIMIT);
        kernelStack(tss, stackTop);
        code.store(tss + TSS_SS0, KERNEL_DATA);
        code.step();
        machine.loadTaskRegister(TASK);
    }

    /** Says in the TSS where the kernel's stack begins. */
    void kernelStack(int tss, int stackTop) {
        code.store(tss + TSS_ESP0, stackTop);
    }

    /**
     * Writes a gate.
     *
     * @param user whether INT may use it in user mode
     */
    void gate(int idt, int vector, int handler, boolean user) {
        code.store(idt + vector * 8, KERNEL_CODE << 16 | handler & 0xffff);
        code.store(idt + vector * 8 + 4, handler & 0xffff_0000 | INTERRUPT_GATE | (user ? FOR_USER : 0));
    }
}
