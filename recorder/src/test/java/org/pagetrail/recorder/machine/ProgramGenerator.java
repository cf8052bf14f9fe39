package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;

/**
 * Makes programs from seeds: three directories and four tables are set up at random, then come accesses, stores to the words of
 * the structures, flushes and control-register changes, all over few addresses, so that TLBs are hit.
 *
 * <p>The directories are in frames 1 to 3, the tables in 4 to 7. Slot 1023 of a directory mostly refers to the directory itself.
 */
final class ProgramGenerator {
    /** Whether accesses may cross a page; the machine has to have those. */
    static final boolean CROSSING = true;

    private static final int DIRECTORIES = 3;
    private static final int STRUCTURES = 7;
    private static final int[] DIRECTORY_SLOTS = {0, 1, 768, 1023};
    private static final int[] TABLE_SLOTS = {0, 1, 5, 768, 1023};
    private static final int SHORTEST = 20;
    private static final int LONGEST = 220;
    private static final int PE = 1;
    private static final int WP = 1 << 16;
    private static final int PG = 1 << 31;

    private final Random random;
    private final int cr4Bits;
    private final List<ProgramStep> steps = new ArrayList<>();
    private int cr0 = PE;
    private int cr4;
    private int lastPage;

    private ProgramGenerator(long seed, int cr4Bits) {
        random = new Random(seed);
        this.cr4Bits = cr4Bits;
    }

    /**
     * The program of a seed.
     *
     * @param cr4Bits the bits of CR4 that the processor has
     */
    static List<ProgramStep> program(long seed, int cr4Bits) {
        ProgramGenerator generator = new ProgramGenerator(seed, cr4Bits);
        generator.setUp();
        int length = SHORTEST + generator.random.nextInt(LONGEST - SHORTEST);
        for (int i = 0; i < length; i++) {
            generator.step();
        }
        return List.copyOf(generator.steps);
    }

    private void setUp() {
        for (int frame = 1; frame <= STRUCTURES; frame++) {
            for (int slot : frame <= DIRECTORIES ? DIRECTORY_SLOTS : TABLE_SLOTS) {
                steps.add(new ProgramStep.Put(frame, slot, structureWord(frame, slot)));
            }
        }
        cr4 = random.nextInt() & cr4Bits;
        steps.add(new ProgramStep.Control(ControlRegister.CR4, cr4));
        steps.add(new ProgramStep.Control(ControlRegister.CR3, 1 << 12));
        cr0 |= PG | (random.nextBoolean() ? WP : 0);
        steps.add(new ProgramStep.Control(ControlRegister.CR0, cr0));
    }

    private void step() {
        int choice = random.nextInt(100);
        if (choice < 60) {
            steps.add(access());
        } else if (choice < 76) {
            steps.add(put());
        } else if (choice < 83) {
            steps.add(new ProgramStep.Invlpg(page() << 12 | random.nextInt(4096)));
        } else if (choice < 88) {
            int frame = random.nextInt(40) == 0 ? random.nextInt(1 << 20) : 1 + random.nextInt(DIRECTORIES);
            steps.add(new ProgramStep.Control(ControlRegister.CR3, frame << 12 | random.nextInt(4) << 3));
        } else if (choice < 91) {
            steps.add(new ProgramStep.Control(ControlRegister.CR0, nextCr0()));
        } else if (choice < 95) {
            steps.add(new ProgramStep.Control(ControlRegister.CR4, nextCr4()));
        } else if (choice < 99) {
            int cpl = random.nextInt(5) == 0 ? random.nextInt(4) : random.nextInt(2) * 3;
            steps.add(new ProgramStep.Privilege(cpl, random.nextBoolean()));
        } else {
            steps.add(new ProgramStep.AddressSpace(1 + random.nextInt(DIRECTORIES)));
        }
    }

    private int nextCr0() {
        if (random.nextInt(20) == 0) {
            return random.nextBoolean() ? PG : PG | WP;
        }
        boolean paging = (cr0 & PG) != 0;
        cr0 ^= !paging || random.nextInt(3) == 0 ? PG : WP;
        return cr0;
    }

    private int nextCr4() {
        int bit = 1 << random.nextInt(32);
        if ((bit & cr4Bits) == 0 && random.nextInt(10) == 0) {
            return cr4 | bit;
        }
        int changed = cr4Bits == 0 ? 0 : 1 << randomBit(cr4Bits);
        cr4 ^= changed | (random.nextInt(4) == 0 ? random.nextInt() & cr4Bits : 0);
        return cr4;
    }

    private int randomBit(int bits) {
        int left = bits;
        for (int skipped = random.nextInt(Integer.bitCount(bits)); skipped > 0; skipped--) {
            left &= left - 1;
        }
        return Integer.numberOfTrailingZeros(left);
    }

    private ProgramStep put() {
        int frame = 1 + random.nextInt(STRUCTURES);
        int slot = pick(frame <= DIRECTORIES ? DIRECTORY_SLOTS : TABLE_SLOTS);
        int choice = random.nextInt(5);
        return new ProgramStep.Put(
                frame, slot, choice == 0 ? 0 : choice < 3 ? structureWord(frame, slot) : word(random.nextInt(24)));
    }

    private ProgramStep access() {
        int kinds = random.nextInt(10);
        AccessKind kind = kinds < 4 ? AccessKind.READ : kinds < 8 ? AccessKind.WRITE : AccessKind.FETCH;
        int page = page();
        int size = 1 << random.nextInt(3);
        // In the window this is the word of a slot of the pools.
        int slot = random.nextBoolean() ? pick(TABLE_SLOTS) : pick(DIRECTORY_SLOTS);
        int offset = random.nextInt(4) == 0 ? random.nextInt(4096) : slot * 4;
        if (!CROSSING) {
            offset = Math.min(offset, 4096 - size);
        } else if (random.nextInt(8) == 0) {
            offset = 4096 - random.nextInt(1, 5);
        }
        int value = kind != AccessKind.WRITE ? 0 : size == 4 ? word(random.nextInt(24)) : random.nextInt(1 << size * 8);
        return new ProgramStep.Access(kind, page << 12 | offset, size, value);
    }

    /** A page of the pools, often that of the access before. */
    private int page() {
        if (random.nextInt(5) < 3) {
            lastPage = pick(DIRECTORY_SLOTS) << 10 | (random.nextBoolean() ? pick(TABLE_SLOTS) : pick(DIRECTORY_SLOTS));
        }
        return lastPage;
    }

    private int pick(int[] slots) {
        return slots[random.nextInt(slots.length)];
    }

    private int structureWord(int frame, int slot) {
        if (frame > DIRECTORIES) {
            return word(random.nextInt(24));
        }
        boolean recursive = slot == 1023 && random.nextInt(8) != 0;
        if (!recursive && random.nextInt(4) == 0) {
            return random.nextInt(3) << 22 | random.nextInt(4096) | 0x87;
        }
        return word(recursive ? frame : 1 + DIRECTORIES + random.nextInt(STRUCTURES - DIRECTORIES));
    }

    /** An entry: mostly present, mostly with all rights, mostly of 4 KB and to this frame. */
    private int word(int frame) {
        int low = random.nextInt(4096) & ~0x80 | (random.nextInt(8) == 0 ? 0 : 1) | (random.nextInt(3) == 0 ? 0 : 6);
        return switch (random.nextInt(20)) {
            case 0 -> random.nextInt();
            case 1, 2, 3 -> random.nextInt(3) << 22 | low | 0x80;
            case 4 -> random.nextInt(3) << 22 | low | 0x80 | 1 << 12 + random.nextInt(10);
            case 5 -> frame << 12 | low | 0x80;
            case 6 -> ProgramMachine.FRAMES + random.nextInt(3) << 12 | low;
            default -> frame << 12 | low;
        };
    }
}
