package org.pagetrail.replay.state;

import org.pagetrail.traces.event.Tlb;

/**
 * The contents of one TLB by set and way, to read.
 *
 * <p>The accessors by set and way allocate nothing; what they give for an invalid way means nothing.
 */
public final class TranslationCache {
    /** Words a way: the page, the directory entry, the table entry, the flags. */
    static final int WORDS = 4;

    static final int PDE = 1;
    static final int PTE = 2;
    static final int FLAGS = 3;

    /*
     *     7      6     5   4   3      0
     *  +-------+-------+---+---+--------+
     *  | valid | large | G | D | rights |
     *  +-------+-------+---+---+--------+
     */
    static final int VALID = 1 << 7;
    static final int LARGE = 1 << 6;
    static final int GLOBAL = 1 << 5;
    static final int DIRTY = 1 << 4;
    static final int RIGHTS = DIRTY - 1;

    private final Tlb tlb;
    private final int sets;
    private final int ways;
    private final long[] words;
    private int size;

    TranslationCache(Tlb tlb, int sets, int ways) {
        this.tlb = tlb;
        this.sets = sets;
        this.ways = ways;
        this.words = new long[sets * ways * WORDS];
    }

    private TranslationCache(TranslationCache other) {
        this.tlb = other.tlb;
        this.sets = other.sets;
        this.ways = other.ways;
        this.words = other.words.clone();
        this.size = other.size;
    }

    TranslationCache copy() {
        return new TranslationCache(this);
    }

    void save(Packer out) {
        long page = 0;
        long pde = 0;
        long pte = 0;
        for (int at = 0; at < words.length; at += WORDS) {
            out.number(words[at + FLAGS]);
            if (words[at + FLAGS] != 0) {
                out.near(words[at], page);
                out.near(words[at + PDE], pde);
                out.near(words[at + PTE], pte);
                page = words[at];
                pde = words[at + PDE];
                pte = words[at + PTE];
            }
        }
    }

    void load(Unpacker in) {
        long page = 0;
        long pde = 0;
        long pte = 0;
        for (int at = 0; at < words.length; at += WORDS) {
            words[at + FLAGS] = in.below(2 * VALID);
            if (words[at + FLAGS] != 0) {
                page = in.near(page);
                pde = in.near(pde);
                pte = in.near(pte);
                words[at] = page;
                words[at + PDE] = pde;
                words[at + PTE] = pte;
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
        return words[index(set, way)];
    }

    /** The directory entry it was made from. */
    public long pde(int set, int way) {
        return words[index(set, way) + PDE];
    }

    /** The table entry it was made from, 0 for a large page. */
    public long pte(int set, int way) {
        return words[index(set, way) + PTE];
    }

    /** The AND of both levels' rights. */
    public int rights(int set, int way) {
        return (int) words[index(set, way) + FLAGS] & RIGHTS;
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
        put(
                index(set, way),
                page,
                pde,
                pte,
                VALID | (large ? LARGE : 0) | (global ? GLOBAL : 0) | (dirty ? DIRTY : 0) | rights);
    }

    /** Where in {@link #words} a way begins, -1 when there is none such. */
    int at(int set, int way) {
        return holds(set, way) ? index(set, way) : -1;
    }

    /** The ways' words; whoever makes ways valid in them says so by {@link #grow}. */
    long[] words() {
        return words;
    }

    /** Says that so many more ways are valid. */
    void grow(int ways) {
        size += ways;
    }

    /** Puts a translation into the way that begins at a place. */
    void put(int at, long page, long pde, long pte, long flags) {
        size += (int) (words[at + FLAGS] >>> 7) ^ 1;
        words[at] = page;
        words[at + PDE] = pde;
        words[at + PTE] = pte;
        words[at + FLAGS] = flags;
    }

    /** Drops each entry that translates the page, a large one for any page within; how many. */
    int dropPage(long page, int largeShift) {
        int dropped = 0;
        if (size != 0) {
            for (int at = 0; at < words.length; at += WORDS) {
                int shift = has(at, LARGE) ? largeShift : 0;
                if (has(at, VALID) && words[at] >>> shift == page >>> shift) {
                    words[at + FLAGS] = 0;
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
        for (int at = 0; at < words.length; at += WORDS) {
            if (has(at, VALID) && !(keepGlobal && has(at, GLOBAL))) {
                words[at + FLAGS] = 0;
                size--;
            }
        }
        return before - size;
    }

    private boolean has(int at, int flag) {
        return (words[at + FLAGS] & flag) != 0;
    }

    private int index(int set, int way) {
        return (set * ways + way) * WORDS;
    }
}
