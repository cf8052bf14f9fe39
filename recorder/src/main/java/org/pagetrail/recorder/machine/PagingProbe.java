package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * A machine whose control bits, paging entries and accesses are set one by one, with faults as results: for tables of cases.
 *
 * <p>Paging is on, with the directory in frame {@value #DIRECTORY}. Nothing of it is a kernel: no fault is delivered.
 */
public final class PagingProbe {
    /** The frame of the directory. */
    public static final int DIRECTORY = 1;

    private final Machine machine;
    private int frame = Mmu.FAULT;

    /**
     * With all of the profile's bits of CR4 and CR0.WP clear.
     *
     * @param ram bytes of memory
     */
    public PagingProbe(MachineProfile profile, long ram) {
        machine = new Machine(profile, ram, new EventCounts());
        machine.writeCr3(DIRECTORY << LinearAddress.PAGE_SHIFT);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG);
    }

    /** Writes CR0.WP, and nothing else of CR0. */
    public void writeProtect(boolean on) {
        int cr0 = machine.register(ControlRegister.CR0);
        machine.writeCr0(on ? cr0 | ControlBits.CR0_WP : cr0 & ~ControlBits.CR0_WP);
    }

    /** Writes CR4. */
    public void writeCr4(int value) {
        machine.writeCr4(value);
    }

    /** CR4. */
    public int cr4() {
        return machine.register(ControlRegister.CR4);
    }

    /** Loads CR3 with the same directory. */
    public void reloadCr3() {
        machine.writeCr3(DIRECTORY << LinearAddress.PAGE_SHIFT);
    }

    /** INVLPG. */
    public void invlpg(int linear) {
        machine.invlpg(linear);
    }

    /** A word of a paging structure, as memory has it. */
    public int entry(int table, int slot) {
        return machine.memory().read(table, slot);
    }

    /** Stores a word into a paging structure, as the processor would. */
    public void store(int table, int slot, int word) {
        machine.write(table, slot, word);
    }

    /** Accesses a linear address at a privilege level, with EFLAGS.AC clear; whether it was served. */
    public boolean access(int linear, AccessKind kind, int privilege) {
        machine.privilege(privilege, false);
        frame = machine.mmu().translate(linear, kind.ordinal());
        return frame != Mmu.FAULT;
    }

    /** The page frame that the last access reached, negative when it faulted. */
    public int frame() {
        return frame;
    }

    /** The error code of the last fault. */
    public int errorCode() {
        return machine.mmu().faultCode();
    }

    /** CR2. */
    public int faultAddress() {
        return machine.faultAddress();
    }
}
