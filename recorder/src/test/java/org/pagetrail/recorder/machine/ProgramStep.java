package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;

/** One operation of a random program: readable as text, and able to name simpler ones of its kind. */
sealed interface ProgramStep {
    /** The same operation with less to it, the boldest change first; each is smaller, so that to go on choosing them ends. */
    List<ProgramStep> simpler();

    /** A store to the word at a slot of a frame, by a linear address of which the program says nothing. */
    record Put(int frame, int slot, int word) implements ProgramStep {
        @Override
        public List<ProgramStep> simpler() {
            return withoutBits(word, fewer -> new Put(frame, slot, fewer));
        }

        @Override
        public String toString() {
            return text("put    frame %x slot %d = %08x", frame, slot, word);
        }
    }

    /** An access of 1 to 4 bytes; the value counts for a write. */
    record Access(AccessKind kind, int linear, int size, int value) implements ProgramStep {
        @Override
        public List<ProgramStep> simpler() {
            List<ProgramStep> simpler = new ArrayList<>();
            if ((linear & 0xfff) != 0) {
                simpler.add(new Access(kind, linear & ~0xfff, size, value));
            }
            if (kind != AccessKind.READ) {
                simpler.add(new Access(AccessKind.READ, linear, size, 0));
            }
            if (size > 1) {
                simpler.add(new Access(kind, linear, 1, value & 0xff));
            }
            simpler.addAll(withoutBits(value, fewer -> new Access(kind, linear, size, fewer)));
            return simpler;
        }

        int page() {
            return linear >>> 12;
        }

        boolean crosses() {
            return (linear & 0xfff) + size > 4096;
        }

        /** The part of it that lies on the page of its first byte. */
        Access onFirstPage() {
            return crosses() ? new Access(kind, linear, 4096 - (linear & 0xfff), value) : this;
        }

        /** The rest of one that crosses. */
        Access onSecondPage() {
            int before = 4096 - (linear & 0xfff);
            return new Access(kind, linear + before, size - before, value >>> before * 8);
        }

        @Override
        public String toString() {
            String what = text("%-6s %08x, %d", kind.name().toLowerCase(Locale.ROOT), linear, size);
            return kind == AccessKind.WRITE ? what + text(" = %x", value) : what;
        }
    }

    /** MOV to a control register. */
    record Control(ControlRegister register, int value) implements ProgramStep {
        @Override
        public List<ProgramStep> simpler() {
            return withoutBits(value, fewer -> new Control(register, fewer));
        }

        @Override
        public String toString() {
            return text("mov    %s = %08x", register.name().toLowerCase(Locale.ROOT), value);
        }
    }

    /** INVLPG. */
    record Invlpg(int linear) implements ProgramStep {
        @Override
        public List<ProgramStep> simpler() {
            return (linear & 0xfff) == 0 ? List.of() : List.of(new Invlpg(linear & ~0xfff));
        }

        @Override
        public String toString() {
            return text("invlpg %08x", linear);
        }
    }

    /** Another privilege level, or another EFLAGS.AC. */
    record Privilege(int cpl, boolean ac) implements ProgramStep {
        @Override
        public List<ProgramStep> simpler() {
            return ac ? List.of(new Privilege(cpl, false)) : cpl == 0 ? List.of() : List.of(new Privilege(0, false));
        }

        @Override
        public String toString() {
            return text("cpl    %d, ac %b", cpl, ac);
        }
    }

    /** The kernel declares a directory, so that it is live without being loaded. */
    record AddressSpace(int directory) implements ProgramStep {
        @Override
        public List<ProgramStep> simpler() {
            return List.of();
        }

        @Override
        public String toString() {
            return text("create address space, directory frame %x", directory);
        }
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    private static List<ProgramStep> withoutBits(int word, IntFunction<ProgramStep> step) {
        List<ProgramStep> simpler = new ArrayList<>();
        for (int bit = 31; bit >= 0; bit--) {
            if ((word >>> bit & 1) != 0) {
                simpler.add(step.apply(word & ~(1 << bit)));
            }
        }
        return simpler;
    }
}
