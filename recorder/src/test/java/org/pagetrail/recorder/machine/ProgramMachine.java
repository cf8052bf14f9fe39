package org.pagetrail.recorder.machine;

import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.profile.MachineProfile;

/** The machine as a random program drives it. A fault is a result: it is not delivered. */
class ProgramMachine {
    static final int FRAMES = 24;

    final EventLog log = new EventLog();
    final Machine machine;

    ProgramMachine(MachineProfile profile) {
        machine = new Machine(profile, (long) FRAMES << 12, log);
    }

    /**
     * What an access came to.
     *
     * @param frame the frame of its first byte, -1 for a fault
     * @param code the error code, 0 without a fault
     * @param faultLinear the address of the fault, 0 without one
     * @param value what was read, 0 for a write or a fault
     */
    record Seen(int frame, int code, int faultLinear, int value) {
        boolean faulted() {
            return frame == -1;
        }

        @Override
        public String toString() {
            return faulted()
                    ? String.format(Locale.ROOT, "fault %x at %08x", code, faultLinear)
                    : String.format(Locale.ROOT, "frame %x, read %x", frame, value);
        }
    }

    void put(int frame, int slot, int word) {
        machine.write(frame, slot, word);
    }

    /** Whether the register took the value; else it was #GP. */
    boolean control(ControlRegister register, int value) {
        try {
            switch (register) {
                case CR0 -> machine.writeCr0(value);
                case CR3 -> machine.writeCr3(value);
                case CR4 -> machine.writeCr4(value);
            }
            return true;
        } catch (GeneralProtectionException e) {
            return false;
        }
    }

    void invlpg(int linear) {
        machine.invlpg(linear);
    }

    void privilege(int cpl, boolean ac) {
        machine.privilege(cpl, ac);
    }

    void addressSpace(int directory) {
        machine.createAddressSpace(directory, 0, 0);
    }

    Seen access(ProgramStep.Access access) {
        Mmu mmu = machine.mmu();
        int linear = access.linear();
        int frame = mmu.translate(linear, access.size(), access.kind().ordinal());
        if (frame == Mmu.FAULT) {
            return new Seen(-1, mmu.faultCode(), mmu.faultLinear(), 0);
        }
        if (access.kind() == AccessKind.WRITE) {
            machine.place(frame, mmu.upperFrame(), linear, access.value(), access.size());
            return new Seen(frame, 0, 0, 0);
        }
        return new Seen(frame, 0, 0, machine.value(frame, mmu.upperFrame(), linear, access.size()));
    }

    /** The events since this was asked last. */
    List<EventLog.Told> told() {
        List<EventLog.Told> told = List.copyOf(log.all());
        log.clear();
        return told;
    }
}
