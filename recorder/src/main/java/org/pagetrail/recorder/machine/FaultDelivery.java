package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.Costs;

/**
 * How the processor delivers #PF and interrupts: reads the gate and the code segment's descriptor, pushes the frame, enters the handler, and
 * returns from it (SDM volume 3A, 6.12 to 6.15).
 *
 * <pre>
 *   gate (8 bytes)   offset 15:0 | selector       word 0
 *                    type, P, DPL | offset 31:16  word 1
 * </pre>
 *
 * <p>A fault while #PF is being delivered is a double fault, a fault while that is being delivered a triple fault, which stops
 * the machine. Reads of descriptor tables are supervisor accesses at any privilege level.
 */
final class FaultDelivery {
    private static final int READ = AccessKind.READ.ordinal();
    private static final int WRITE = AccessKind.WRITE.ordinal();
    private static final int WORD = Integer.BYTES;
    private static final int GATE_BYTES = 8;
    private static final int GATE_PRESENT = 1 << 15;
    private static final int DOUBLE_FAULT_VECTOR = 8;
    private static final int PAGE_FAULT_VECTOR = 14;
    private static final int TSS_ESP0 = 4;
    private static final int USER = 3;
    private static final int BUSY = 1 << 9;

    /** The bit of EFLAGS that is always set. */
    private static final int FLAGS = 1 << 1;

    private static final int FLAGS_AC = 1 << 18;

    // Selectors of the flat segments, as the kernel's GDT has them.
    private static final int KERNEL_CODE = 0x08;
    private static final int USER_CODE = 0x1b;
    private static final int USER_DATA = 0x23;

    /** How many faults may be in the course of delivery at once before the machine is taken to loop. */
    private static final int MOST_NESTED = 64;

    /** Error code, EIP, CS, EFLAGS. */
    private static final int FRAME_WORDS = 4;

    /** And from user mode ESP and SS. */
    private static final int MORE_FROM_USER = 2;

    /** Instead of an error code: the vector has none. No code has these bits. */
    private static final int NO_ERROR_CODE = -1;

    private final Machine machine;
    private final Registers registers;
    private final Mmu mmu;
    private final TraceEvents events;
    private final Clock clock;
    private final Costs costs;

    private FaultHandler handler;
    private int interruptTable;
    private int interruptLimit = -1;
    private int globalTable;
    private int globalLimit = -1;
    private int taskState;
    private int nested;

    FaultDelivery(Machine machine, Registers registers, Mmu mmu, TraceEvents events, Clock clock, Costs costs) {
        this.machine = machine;
        this.registers = registers;
        this.mmu = mmu;
        this.events = events;
        this.clock = clock;
        this.costs = costs;
    }

    void handler(FaultHandler answering) {
        handler = answering;
    }

    void interruptTable(int linear, int limit) {
        interruptTable = linear;
        interruptLimit = limit;
    }

    void globalTable(int linear, int limit) {
        globalTable = linear;
        globalLimit = limit;
    }

    /** Where the gate for #PF of an interrupt table leads as it stands, 0 when it is absent; told, not accessed. */
    int pageFaultHandler(int linear, int limit) {
        int gate = linear + PAGE_FAULT_VECTOR * GATE_BYTES;
        if (PAGE_FAULT_VECTOR * GATE_BYTES + GATE_BYTES - 1 > limit) {
            return 0;
        }
        int high = machine.glance(gate + WORD);
        return (high & GATE_PRESENT) == 0 ? 0 : machine.glance(gate) & 0xffff | high & 0xffff_0000;
    }

    void loadTaskRegister(int selector) {
        int at = globalTable + (selector & ~7);
        int low = machine.load(at);
        int high = machine.load(at + WORD);
        machine.store(at + WORD, high | BUSY);
        taskState = low >>> 16 | (high & 0xff) << 16 | high & 0xff00_0000;
        int limit = low & 0xffff | high & 0xf_0000;
        events.descriptorTableLoaded(
                clock.now(), DescriptorTable.TSS.ordinal(), LinearAddress.unsigned(taskState), limit, 0);
    }

    /** Delivers the fault that the paging unit has just told, runs the handler and returns from it. */
    void deliver() {
        if (nested == MOST_NESTED) {
            throw machine.stop(StopReason.LIMIT);
        }
        int linear;
        int code;
        // A handler that cannot be fetched faults again, before it has done anything: until the stack has no room for
        // one more.
        do {
            linear = mmu.faultLinear();
            code = mmu.faultCode();
            clock.advance(costs.faultDelivery());
            int target = enter(PAGE_FAULT_VECTOR, code);
            if (target == 0) {
                throw doubleFault();
            }
            registers.ip = target;
            if (handler == null) {
                throw machine.stop(StopReason.HALT);
            }
        } while (!machine.fetches());
        nested++;
        try {
            handler.pageFault(linear, code);
        } finally {
            nested--;
        }
        returnFromFault();
    }

    /** Takes the error code off the stack and returns from the page fault. */
    void returnFromFault() {
        machine.moveStack(registers.sp + WORD);
        interruptReturn();
    }

    /** Delivers an interrupt, from outside or by INT: as a fault, but without an error code. */
    void interrupt(int vector) {
        clock.advance(costs.faultDelivery());
        events.interruptTaken(
                clock.now(),
                vector,
                LinearAddress.unsigned(registers.ip),
                LinearAddress.unsigned(registers.sp),
                registers.cpl,
                registers.ac ? 1 : 0);
        int target = enter(vector, NO_ERROR_CODE);
        if (target == 0) {
            throw doubleFault();
        }
        registers.ip = target;
        machine.fetch();
    }

    /** IRET: goes on where the frame on the stack says (SDM volume 2A, IRET/IRETD, protected mode). */
    void interruptReturn() {
        clock.advance(costs.faultReturn());
        int sp = registers.sp;
        int ip = machine.load(sp);
        int segment = machine.load(sp + WORD);
        int flags = machine.load(sp + 2 * WORD);
        int to = sp + 3 * WORD;
        boolean toUser = (segment & USER) == USER;
        if (toUser) {
            to = machine.load(sp + 3 * WORD);
            machine.load(sp + 4 * WORD);
        }
        registers.ip = ip;
        registers.cpl = segment & USER;
        registers.ac = (flags & FLAGS_AC) != 0;
        mmu.privilegeChanged();
        if (toUser) {
            events.modeSwitched(clock.now(), Mode.SUPERVISOR.ordinal(), Mode.USER.ordinal());
        }
        events.interruptReturned(clock.now(), LinearAddress.unsigned(ip), registers.cpl, registers.ac ? 1 : 0);
        machine.moveStack(to);
    }

    private MachineStopped doubleFault() {
        events.doubleFaulted(
                clock.now(),
                LinearAddress.unsigned(mmu.faultLinear()),
                mmu.faultCode(),
                LinearAddress.unsigned(registers.ip),
                LinearAddress.unsigned(registers.sp),
                registers.cpl,
                registers.ac ? 1 : 0);
        if (enter(DOUBLE_FAULT_VECTOR, 0) == 0) {
            events.tripleFaulted(
                    clock.now(),
                    LinearAddress.unsigned(mmu.faultLinear()),
                    mmu.faultCode(),
                    LinearAddress.unsigned(registers.ip),
                    LinearAddress.unsigned(registers.sp),
                    registers.cpl,
                    registers.ac ? 1 : 0);
            throw machine.stop(StopReason.TRIPLE_FAULT);
        }
        // #DF is an abort: there is nothing to go back to.
        throw machine.stop(StopReason.HALT);
    }

    /** Enters the handler of a vector; returns its address, or 0 when that faults. */
    private int enter(int vector, int errorCode) {
        int gate = interruptTable + vector * GATE_BYTES;
        if (vector * GATE_BYTES + GATE_BYTES - 1 > interruptLimit) {
            return 0;
        }
        int interrupted = registers.cpl;
        boolean ac = registers.ac;
        registers.cpl = 0;
        registers.ac = false;
        mmu.privilegeChanged();
        int target = enterAsSupervisor(gate, interrupted, ac, errorCode);
        if (target == 0) {
            registers.cpl = interrupted;
            registers.ac = ac;
            mmu.privilegeChanged();
        }
        return target;
    }

    private int enterAsSupervisor(int gate, int interrupted, boolean ac, int errorCode) {
        int lowFrame = translate(gate, READ);
        int highFrame = lowFrame == Mmu.FAULT ? Mmu.FAULT : translate(gate + WORD, READ);
        if (highFrame == Mmu.FAULT) {
            return 0;
        }
        int low = word(lowFrame, gate);
        int high = word(highFrame, gate + WORD);
        int selector = low >>> 16;
        int segment = globalTable + (selector & ~7);
        boolean reachable = (selector & ~7) + GATE_BYTES - 1 <= globalLimit;
        if (!reachable || translate(segment, READ) == Mmu.FAULT || translate(segment + WORD, READ) == Mmu.FAULT) {
            return 0;
        }
        int sp = registers.sp;
        int words = errorCode == NO_ERROR_CODE ? FRAME_WORDS - 1 : FRAME_WORDS;
        if (interrupted == USER) {
            int at = taskState + TSS_ESP0;
            int frame = translate(at, READ);
            if (frame == Mmu.FAULT) {
                return 0;
            }
            sp = word(frame, at);
            words += MORE_FROM_USER;
        }
        for (int i = 1; i <= words; i++) {
            int at = sp - i * WORD;
            int frame = translate(at, WRITE);
            if (frame == Mmu.FAULT) {
                return 0;
            }
            // Without an error code the frame begins with the word that is the second of one with it.
            int index = errorCode == NO_ERROR_CODE ? words - i + 1 : words - i;
            int pushed = frameWord(index, interrupted, ac, errorCode);
            machine.write(frame, LinearAddress.offset(at) / WORD, pushed);
        }
        if (interrupted == USER) {
            events.modeSwitched(clock.now(), Mode.USER.ordinal(), Mode.SUPERVISOR.ordinal());
        }
        machine.moveStack(sp - words * WORD);
        return low & 0xffff | high & 0xffff_0000;
    }

    /** What a word of the frame holds, counted from the stack pointer that the handler finds (SDM volume 3A, figure 6-4). */
    private int frameWord(int word, int interrupted, boolean ac, int errorCode) {
        return switch (word) {
            case 0 -> errorCode;
            case 1 -> registers.ip;
            case 2 -> interrupted == USER ? USER_CODE : KERNEL_CODE;
            case 3 -> ac ? FLAGS | FLAGS_AC : FLAGS;
            case 4 -> registers.sp;
            default -> USER_DATA;
        };
    }

    /** An access of the processor's own: as any other, but what it raises is not a page fault to be delivered. */
    private int translate(int linear, int kind) {
        return machine.told(mmu.translate(linear, kind), linear, WORD, kind);
    }

    private int word(int frame, int linear) {
        return machine.memory().read(frame, LinearAddress.offset(linear) / WORD);
    }
}
