package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.profile.Replacement;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * One set-associative cache of translations: a TLB of some level and page size, or the cache of directory entries.
 *
 * <pre>
 *   63      44  43    42     41     40       13 12   8   7   6   3   2   1   0
 *  +----------+-----+-----+-------+-----------+-----+---+---+---+---+---+---+---+
 *  |   key    |large|valid|changed|   frame   | way |   | G |frg|   | D | U | W |
 *  +----------+-----+-----+-------+-----------+-----+---+---+---+---+---+---+---+
 *  |<------- compared ----------->|
 * </pre>
 *
 * <p>The key is the page number, or for a 4 MB translation held whole the number of the 4 MB page, or for directory entries
 * the directory slot. A 4 MB translation in an array of 4 KB ones is a <i>fragment</i> (frg): it translates one 4 KB page of it
 * (SDM volume 3A, 4.10.2.3). <i>Changed</i> takes an entry off the hit path when a word that it derives from has changed.
 *
 * <p>With true LRU a set is kept in order of recency, most recent first, and an entry carries the number of its way with it;
 * with tree pseudo-LRU entries stay in their way's place and a tree of bits a set points away from recent use. The raw entries
 * that a walk read, and where it read them, stand beside, by set and way.
 */
final class TranslationCache {
    static final long WRITABLE = 1;
    static final long USER = 1 << 1;
    static final long DIRTY = 1 << 2;
    static final long FRAGMENT = 1 << 5;
    static final long GLOBAL = 1 << 6;

    /** The bits of {@code entry} that decide what it allows: an index of a truth table of eight. */
    static final int STATE_MASK = (int) (WRITABLE | USER | DIRTY);

    /** No word: where an entry was not read from memory at all. */
    static final int NOWHERE = -1;

    /** A word's place is its frame above, its slot below this many bits. */
    private static final int TABLE_SHIFT = 10;

    private static final int SLOT_MASK = (1 << TABLE_SHIFT) - 1;
    private static final int WAY_SHIFT = 8;
    private static final int WAY_MASK = 0x1f;
    private static final int FRAME_SHIFT = 13;
    private static final long FRAME_MASK = (1L << 28) - 1;
    private static final int TAG_SHIFT = 41;
    private static final long CHANGED = 1L << 41;
    private static final long VALID = 1L << 42;
    private static final long LARGE = 1L << 43;
    private static final int KEY_SHIFT = 44;

    private final Tlb name;
    private final boolean directoryEntries;
    private final int ways;
    private final int setMask;
    private final boolean lru;
    private final long[] entries;
    private final int[] tree;

    /** Raw directory entry, by set and way. */
    final int[] pde;

    /** Raw table entry, 0 for a 4 MB page, by set and way. */
    final int[] pte;

    /** Where a walk reads the directory entry now, by set and way. */
    private final int[] pdeAt;

    /** The frame of the table in which a walk reads on now, {@link #NOWHERE} when it reads in none, by set and way. */
    private final int[] table;

    /** Which uses of a changed entry were told: a bit for each, by set and way. */
    private final byte[] told;

    /** The page whose uses were told, where the next page can differ from it, by set and way. */
    private final int[] toldPage;

    private int valid;
    private int changed;

    TranslationCache(Tlb name, TlbGeometry geometry) {
        this.name = name;
        directoryEntries = name == Tlb.WALK_CACHE;
        ways = geometry.ways();
        setMask = geometry.sets() - 1;
        lru = geometry.replacement() == Replacement.LRU;
        int size = geometry.entries();
        entries = new long[size];
        tree = new int[geometry.sets()];
        pde = new int[size];
        pte = new int[size];
        pdeAt = new int[size];
        table = new int[size];
        told = new byte[size];
        toldPage = new int[size];
        for (int i = 0; i < size; i++) {
            int place = i % ways;
            entries[i] = (long) (lru ? ways - 1 - place : place) << WAY_SHIFT;
        }
    }

    Tlb name() {
        return name;
    }

    int ways() {
        return ways;
    }

    int sets() {
        return setMask + 1;
    }

    int valid() {
        return valid;
    }

    int set(int key) {
        return key & setMask;
    }

    static int way(long entry) {
        return (int) (entry >>> WAY_SHIFT) & WAY_MASK;
    }

    static int frame(long entry) {
        return (int) (entry >>> FRAME_SHIFT & FRAME_MASK);
    }

    static int key(long entry) {
        return (int) (entry >>> KEY_SHIFT);
    }

    static boolean valid(long entry) {
        return (entry & VALID) != 0;
    }

    static boolean changed(long entry) {
        return (entry & CHANGED) != 0;
    }

    static boolean large(long entry) {
        return (entry & LARGE) != 0;
    }

    static boolean whole4M(long entry) {
        return (entry & (LARGE | FRAGMENT)) != 0;
    }

    /** Where the raw entries of {@code entry} stand in the side arrays. */
    int index(long entry) {
        return set(key(entry)) * ways + way(entry);
    }

    /** The entry in this set and way, valid or not. */
    long at(int set, int way) {
        if (!lru) {
            return entries[set * ways + way];
        }
        for (int i = set * ways; ; i++) {
            if (way(entries[i]) == way) {
                return entries[i];
            }
        }
    }

    /** The unchanged entry with this key, made the most recent; 0 when there is none. */
    long hit(int key, boolean large) {
        long tag = tag(key, large, false);
        int first = set(key) * ways;
        long entry = entries[first];
        if (entry >>> TAG_SHIFT == tag && lru) {
            return entry;
        }
        return use(first, tag);
    }

    /** The entry with this key whether changed or not, made the most recent; 0 when there is none. */
    long find(int key, boolean large) {
        int first = set(key) * ways;
        long entry = use(first, tag(key, large, false));
        return entry != 0 ? entry : use(first, tag(key, large, true));
    }

    private static long tag(int key, boolean large, boolean changed) {
        return (long) key << KEY_SHIFT - TAG_SHIFT
                | (large ? LARGE >>> TAG_SHIFT : 0)
                | VALID >>> TAG_SHIFT
                | (changed ? 1 : 0);
    }

    private long use(int first, long tag) {
        for (int i = first; i < first + ways; i++) {
            long entry = entries[i];
            if (entry >>> TAG_SHIFT == tag) {
                if (lru) {
                    System.arraycopy(entries, first, entries, first + 1, i - first);
                    entries[first] = entry;
                } else {
                    point(first / ways, i - first);
                }
                return entry;
            }
        }
        return 0;
    }

    /** Turns the bits on the path to a way away from it; bit k is node k of a heap-ordered tree, root 1. */
    private void point(int set, int way) {
        int bits = tree[set];
        for (int node = way + ways; node > 1; node >>= 1) {
            int parent = node >> 1;
            bits = (node & 1) == 0 ? bits | 1 << parent : bits & ~(1 << parent);
        }
        tree[set] = bits;
    }

    /** The place in the set that a new entry takes: an invalid one, else the least recent. */
    private int victim(int set) {
        int first = set * ways;
        if (lru) {
            return first + ways - 1;
        }
        for (int i = first; i < first + ways; i++) {
            if (!valid(entries[i])) {
                return i;
            }
        }
        int node = 1;
        while (node < ways) {
            node = node << 1 | (tree[set] >>> node & 1);
        }
        return first + node - ways;
    }

    /**
     * Puts a translation in.
     *
     * @param old the entry whose way it takes, 0 for the replacement's choice
     * @param bits rights, D, G, fragment
     * @param rawTable the frame of the table that a walk reads now, or {@link #NOWHERE}
     * @return the entry as put in; its way is {@link #way}
     */
    long fill(
            long old,
            int key,
            boolean large,
            int frame,
            long bits,
            int rawPde,
            int rawPdeAt,
            int rawPte,
            int rawTable) {
        int set = set(key);
        int place = old == 0 ? victim(set) : place(set, way(old));
        long replaced = entries[place];
        if (!valid(replaced)) {
            valid++;
        } else if (changed(replaced)) {
            changed--;
        }
        int way = way(replaced);
        long entry = tag(key, large, false) << TAG_SHIFT
                | (frame & FRAME_MASK) << FRAME_SHIFT
                | (long) way << WAY_SHIFT
                | bits;
        if (lru) {
            int first = set * ways;
            System.arraycopy(entries, first, entries, first + 1, place - first);
            entries[first] = entry;
        } else {
            entries[place] = entry;
            point(set, place - set * ways);
        }
        int index = set * ways + way;
        pde[index] = rawPde;
        pdeAt[index] = rawPdeAt;
        pte[index] = rawPte;
        table[index] = rawTable;
        told[index] = 0;
        return entry;
    }

    private int place(int set, int way) {
        int i = set * ways;
        while (way(entries[i]) != way) {
            i++;
        }
        return i;
    }

    int pdeAt(long entry) {
        return pdeAt[index(entry)];
    }

    int table(long entry) {
        return table[index(entry)];
    }

    /**
     * Notes that a use of a changed entry is told now; false when the same was told since the entry's last change.
     *
     * <p>A directory entry, and a 4 MB translation under which there is a table now, may still be right for one page and wrong for
     * the next: there a use is the same only for the same page.
     */
    boolean tell(long entry, int page, int use) {
        int index = index(entry);
        boolean byPage = directoryEntries || large(entry) && table[index] != NOWHERE;
        if (byPage && toldPage[index] != page) {
            toldPage[index] = page;
            told[index] = 0;
        }
        int bit = 1 << use;
        boolean first = (told[index] & bit) == 0;
        told[index] |= (byte) bit;
        return first;
    }

    /** Makes every use of a changed entry worth telling again. */
    void forgetTold() {
        java.util.Arrays.fill(told, (byte) 0);
    }

    /**
     * A word of a paging structure changed: marks the entries for whose pages a walk reads it.
     *
     * @param wordAt frame times 1,024 plus slot
     * @param newTable the frame of the table that the word refers to when it is a directory's, else {@link #NOWHERE}
     * @param wasPresent whether there can be an entry that was filled from it
     */
    void wordChanged(int wordAt, int newTable, boolean wasPresent) {
        // What a walk reads in place of a word that is gone is of interest for entries that are changed already.
        if ((wasPresent ? valid : changed) == 0) {
            return;
        }
        for (int i = 0; i < entries.length; i++) {
            long entry = entries[i];
            if (valid(entry)) {
                int index = i / ways * ways + way(entry);
                if (pdeAt[index] == wordAt) {
                    table[index] = directoryEntries ? NOWHERE : newTable;
                    mark(i, index);
                } else if (table[index] == wordAt >>> TABLE_SHIFT
                        && (large(entry) || ((key(entry) ^ wordAt) & SLOT_MASK) == 0)) {
                    mark(i, index);
                }
            }
        }
    }

    private void mark(int place, int index) {
        if (!changed(entries[place])) {
            changed++;
        }
        entries[place] |= CHANGED;
        told[index] = 0;
    }

    /** Marks an entry as changed: what it was filled from was. */
    void markChanged(long entry) {
        int set = set(key(entry));
        mark(place(set, way(entry)), index(entry));
    }

    /**
     * Walks read another directory, or read it otherwise: marks the entries to which it gives another directory entry, and those
     * that were changed before once more.
     *
     * @param directory the frame of the directory
     * @param ignored the bits of a directory entry whose difference does not count
     */
    void rebase(PhysicalMemory memory, int directory, int cr4, int ignored) {
        for (int i = 0; i < entries.length && valid != 0; i++) {
            long entry = entries[i];
            if (valid(entry)) {
                int index = i / ways * ways + way(entry);
                int slot = pdeAt[index] & SLOT_MASK;
                int word = memory.read(directory, slot);
                pdeAt[index] = directory << TABLE_SHIFT | slot;
                table[index] = directoryEntries ? NOWHERE : tableOf(word, cr4);
                boolean differs = ((word ^ pde[index]) & ~ignored) != 0 || Entries.large(word, cr4) != whole4M(entry);
                if (differs || changed(entry)) {
                    mark(i, index);
                }
            }
        }
    }

    /** The frame of the table that a directory entry refers to, {@link #NOWHERE} when to none. */
    static int tableOf(int pde, int cr4) {
        return Entries.present(pde) && !Entries.large(pde, cr4) ? Entries.frame(pde) : NOWHERE;
    }

    /** Drops all entries, or all but the global ones; returns how many. */
    int flush(boolean keepGlobal) {
        int dropped = 0;
        for (int i = entries.length - 1; i >= 0 && valid != 0; i--) {
            long entry = entries[i];
            if (valid(entry) && !(keepGlobal && (entry & GLOBAL) != 0)) {
                drop(i);
                dropped++;
            }
        }
        return dropped;
    }

    /** Drops what translates a page: its own entries, and those of a 4 MB page that it lies in; returns how many. */
    int invalidate(int page) {
        int dropped = 0;
        for (int i = entries.length - 1; i >= 0 && valid != 0; i--) {
            long entry = entries[i];
            if (valid(entry) && translates(entry, page)) {
                drop(i);
                dropped++;
            }
        }
        return dropped;
    }

    private static boolean translates(long entry, int page) {
        int key = key(entry);
        if (large(entry)) {
            return key == page >>> 10;
        }
        return (entry & FRAGMENT) != 0 ? key >>> 10 == page >>> 10 : key == page;
    }

    /** Drops the entry with exactly this key; returns how many. */
    int dropKey(int key) {
        int first = set(key) * ways;
        for (int i = first; i < first + ways; i++) {
            if (valid(entries[i]) && key(entries[i]) == key) {
                drop(i);
                return 1;
            }
        }
        return 0;
    }

    private void drop(int place) {
        if (changed(entries[place])) {
            changed--;
        }
        long emptied = (long) way(entries[place]) << WAY_SHIFT;
        if (lru) {
            int last = place / ways * ways + ways - 1;
            System.arraycopy(entries, place + 1, entries, place, last - place);
            entries[last] = emptied;
        } else {
            entries[place] = emptied;
        }
        valid--;
    }
}
