package org.pagetrail.replay.state;

import java.util.Arrays;
import org.pagetrail.traces.event.Tlb;

/**
 * The contents of one TLB by set and way, to read.
 *
 * <p>The accessors by set and way allocate nothing; what they give for an invalid way means nothing.
 */
public final class TranslationCache {
    private static final int VALID = 1;
    private static final int LARGE = 1 << 1;
    private static final int DIRTY = 1 << 2;
    private static final int GLOBAL = 1 << 3;
    private static final int RIGHTS_SHIFT = 4;

    private final Tlb tlb;
    private final int sets;
    private final int ways;
    private final long[] pages;
    private final long[] pdes;
    private final long[] ptes;
    private final byte[] flags;
    private int size;

    TranslationCache(Tlb tlb, int sets, int ways) {
        this.tlb = tlb;
        this.sets = sets;
        this.ways = ways;
        this.pages = new long[sets * ways];
        this.pdes = new long[sets * ways];
        this.ptes = new long[sets * ways];
        this.flags = new byte[sets * ways];
    }

    private TranslationCache(TranslationCache other) {
        this.tlb = other.tlb;
        this.sets = other.sets;
        this.ways = other.ways;
        this.pages = other.pages.clone();
        this.pdes = other.pdes.clone();
        this.ptes = other.ptes.clone();
        this.flags = other.flags.clone();
        this.size = other.size;
    }

    TranslationCache copy() {
        return new TranslationCache(this);
    }

    void save(Packer out) {
        long page = 0;
        long pde = 0;
        long pte = 0;
        for (int at = 0; at < flags.length; at++) {
            out.number(flags[at] & 0xff);
            if (flags[at] != 0) {
                out.near(pages[at], page);
                out.near(pdes[at], pde);
                out.near(ptes[at], pte);
                page = pages[at];
                pde = pdes[at];
                pte = ptes[at];
            }
        }
    }

    void load(Unpacker in) {
        long page = 0;
        long pde = 0;
        long pte = 0;
        for (int at = 0; at < flags.length; at++) {
            flags[at] = (byte) in.below(1 << Byte.SIZE);
            if (flags[at] != 0) {
                page = in.near(page);
                pde = in.near(pde);
                pte = in.near(pte);
                pages[at] = page;
                pdes[at] = pde;
                ptes[at] = pte;
                size++;
            }
        }
    }

    /** Which of the profile's. */
    public Tlb tlb() {
        return tlb;
    }

    /** How many sets. */
    public int sets() {
        return sets;
    }

    /** How many ways a set has. */
    public int ways() {
        return ways;
    }

    /** How many ways are valid. */
    public int size() {
        return size;
    }

    /** Whether the way holds a translation. */
    public boolean valid(int set, int way) {
        return has(index(set, way), VALID);
    }

    /** The page it is held under. */
    public long page(int set, int way) {
        return pages[index(set, way)];
    }

    /** The directory entry it was made from. */
    public long pde(int set, int way) {
        return pdes[index(set, way)];
    }

    /** The table entry it was made from, 0 for a large page. */
    public long pte(int set, int way) {
        return ptes[index(set, way)];
    }

    /** The AND of both levels' rights. */
    public int rights(int set, int way) {
        return (flags[index(set, way)] & 0xff) >>> RIGHTS_SHIFT;
    }

    /** Whether its directory entry maps a large page. */
    public boolean large(int set, int way) {
        return has(index(set, way), LARGE);
    }

    /** Whether a write through it needs no walk. */
    public boolean dirty(int set, int way) {
        return has(index(set, way), DIRTY);
    }

    /** Whether MOV to CR3 spares it. */
    public boolean global(int set, int way) {
        return has(index(set, way), GLOBAL);
    }

    /** The translation in this way, or null when it is invalid. */
    public TlbEntry entry(int set, int way) {
        return valid(set, way)
                ? new TlbEntry(
                        page(set, way),
                        large(set, way),
                        pde(set, way),
                        pte(set, way),
                        rights(set, way),
                        dirty(set, way),
                        global(set, way))
                : null;
    }

    boolean holds(int set, int way) {
        return set >= 0 && set < sets && way >= 0 && way < ways;
    }

    void fill(
            int set, int way, long page, boolean large, long pde, long pte, int rights, boolean dirty, boolean global) {
        int at = index(set, way);
        if (!has(at, VALID)) {
            size++;
        }
        pages[at] = page;
        pdes[at] = pde;
        ptes[at] = pte;
        flags[at] = (byte)
                (VALID | (large ? LARGE : 0) | (dirty ? DIRTY : 0) | (global ? GLOBAL : 0) | rights << RIGHTS_SHIFT);
    }

    /** Drops each entry that translates the page, a large one for any page within; how many. */
    int dropPage(long page, int largeShift) {
        int dropped = 0;
        if (size != 0) {
            for (int at = 0; at < pages.length; at++) {
                int shift = has(at, LARGE) ? largeShift : 0;
                if (has(at, VALID) && pages[at] >>> shift == page >>> shift) {
                    flags[at] = 0;
                    dropped++;
                }
            }
            size -= dropped;
        }
        return dropped;
    }

    /** Drops all, or all but the global ones; how many. */
    int dropAll(boolean keepGlobal) {
        int before = size;
        if (before == 0) {
            return 0;
        }
        if (keepGlobal) {
            for (int at = 0; at < flags.length; at++) {
                if (has(at, VALID) && !has(at, GLOBAL)) {
                    flags[at] = 0;
                    size--;
                }
            }
        } else {
            Arrays.fill(flags, (byte) 0);
            size = 0;
        }
        return before - size;
    }

    private boolean has(int at, int flag) {
        return (flags[at] & flag) != 0;
    }

    private int index(int set, int way) {
        return set * ways + way;
    }
}
