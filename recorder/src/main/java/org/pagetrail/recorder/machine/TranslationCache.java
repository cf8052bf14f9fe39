package org.pagetrail.recorder.machine;

import java.util.Arrays;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * One set-associative cache of translations: a TLB of some level and page size, or the cache of directory entries.
 *
 * <pre>
 *   63      44  43    42     41     40       13  12      7    6   5        2   1   0
 *  +----------+-----+-----+-------+-----------+------------+---+---+-----+---+---+---+
 *  |   key    |large|valid|changed|   frame   |            | G |frg|     | D | U | W |
 *  +----------+-----+-----+-------+-----------+------------+---+---+-----+---+---+---+
 * </pre>
 *
 * <p>The key is the page number, or for a 4 MB translation held whole the number of the 4 MB page, or for directory entries
 * the directory slot. A 4 MB translation in an array of 4 KB ones is a <i>fragment</i> (frg): it translates one 4 KB page of it
 * (SDM volume 3A, 4.10.2.3). <i>Changed</i> says that a word from which the entry derives has changed since.
 *
 * <p>An entry stands in its way's place; a place is the set times the ways, plus the way. The raw entries that a walk read stand
 * beside. Where a walk would read them now is not kept: the directory is always that of CR3, as a load of CR3 drops or
 * {@linkplain #rebase rebases} what is held, and its entry says which table.
 */
final class TranslationCache {
    static final long WRITABLE = 1;
    static final long USER = 1 << 1;
    static final long DIRTY = 1 << 2;
    static final long FRAGMENT = 1 << 5;
    static final long GLOBAL = 1 << 6;
    static final long CHANGED = 1L << 41;
    static final long VALID = 1L << 42;
    static final int KEY_SHIFT = 44;

    /** The bits of {@code entry} that decide what it allows: an index of a truth table of eight. */
    static final int STATE_MASK = (int) (WRITABLE | USER | DIRTY);

    /** Instead of a place: there is no such entry. */
    static final int NONE = -1;

    /** Instead of a translation at hand: an entry is held, but does not serve the access as it is. It has no uses. */
    static final long HELD = 1L << 9;

    private static final long LARGE = 1L << 43;
    private static final int FRAME_SHIFT = 13;
    private static final long FRAME_MASK = (1L << 28) - 1;
    private static final int LARGE_PAGES = LinearAddress.LARGE_PAGE_SHIFT - LinearAddress.PAGE_SHIFT;
    /** By R/W and U/S. */
    private static final int[] RIGHTS = {
        Rights.READ | Rights.EXECUTE,
        Rights.READ | Rights.EXECUTE | Rights.WRITE,
        Rights.READ | Rights.EXECUTE | Rights.USER,
        Rights.READ | Rights.EXECUTE | Rights.WRITE | Rights.USER
    };

    private static final int TAG_VALID = 1;
    private static final int TAG_LARGE = 1 << 1;
    private static final int TAG_SHIFT = 2;

    private final Tlb name;
    private final int number;
    private final boolean directoryEntries;
    private final int ways;
    private final int setMask;
    private final long[] entries;

    /**
     * Translations at hand (see {@link Access}), by the page's low bits: of entries that are held and unchanged, and not of all of
     * them. Null when nothing is served at once from here.
     */
    private final long[] atHand;

    /** The uses for which an entry serves at once, by its rights and D: bits of {@link Access}. */
    private final long[] uses = new long[STATE_MASK + 1];

    private final ReplacementState replacement;

    /** Raw directory entry above, raw table entry below (0 for a 4 MB page), by place. */
    private final long[] raw;

    /** Which uses of a changed entry were told: a bit for each, by place. */
    private final byte[] told;

    /** The page whose uses were told, where the next page can differ from it, by place. */
    private final int[] toldPage;

    /** Key, size and validity of the entries, for searches, by place; zero for none. */
    private final int[] tags;

    private int valid;
    private int changed;
    private int large;
    private int fragments;

    TranslationCache(Tlb name, TlbGeometry geometry) {
        this.name = name;
        number = name.ordinal();
        directoryEntries = name == Tlb.WALK_CACHE;
        ways = geometry.ways();
        setMask = geometry.sets() - 1;
        int size = geometry.entries();
        entries = new long[size];
        boolean mostlyUses = name == Tlb.DATA_4K || name == Tlb.INSTRUCTION_4K || name == Tlb.UNIFIED;
        atHand = mostlyUses ? new long[Access.AT_HAND] : null;
        replacement = new ReplacementState(geometry, mostlyUses);
        raw = new long[size];
        told = new byte[size];
        toldPage = new int[size];
        tags = new int[size];
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

    /** How many entries are held. */
    int valid() {
        return valid;
    }

    /** Whether an entry of a whole 4 MB page is held. */
    boolean holdsLarge() {
        return large != 0;
    }

    int set(int key) {
        return key & setMask;
    }

    /** The way of a place. */
    int way(int place) {
        return place - set(key(entries[place])) * ways;
    }

    /** The entry in a place, valid or not. */
    long entry(int place) {
        return entries[place];
    }

    int rawPde(int place) {
        return (int) (raw[place] >>> Integer.SIZE);
    }

    int rawPte(int place) {
        return (int) raw[place];
    }

    static int frame(long entry) {
        return (int) (entry >>> FRAME_SHIFT) & (int) FRAME_MASK;
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

    /** What an entry allows, as events tell it: {@link Rights}. */
    static int rights(long entry) {
        return RIGHTS[(int) (entry & (WRITABLE | USER))];
    }

    /** 1 for D, else 0. */
    static int dirty(long entry) {
        return (entry & DIRTY) != 0 ? 1 : 0;
    }

    /** 1 for a global entry, else 0. */
    static int global(long entry) {
        return (entry & GLOBAL) != 0 ? 1 : 0;
    }

    static boolean whole4M(long entry) {
        return (entry & (LARGE | FRAGMENT)) != 0;
    }

    /** The place of a set and way. */
    int place(int set, int way) {
        return set * ways + way;
    }

    /** Translations by bits 7:0 of the page, as {@link Access} has them. */
    long[] atHand() {
        return atHand;
    }

    /** Who chooses what gives way. */
    ReplacementState replacement() {
        return replacement;
    }

    /**
     * Serves an access at once, if an unchanged entry is held that allows it.
     *
     * @param as in which manner, of {@link Access}
     * @return the translation, {@link #HELD} when there is one that does not serve it, 0 when there is none
     */
    long hit(long access, long as) {
        int page = Access.page(access);
        long translation = atHand[page & Access.AT_HAND - 1];
        if (!Access.serves(translation, access, as)) {
            int place = peek(page, false);
            return place == NONE ? 0 : hit(access, as, place);
        }
        use(Access.place(translation), page);
        return translation;
    }

    private long hit(long access, long as, int place) {
        int page = Access.page(access);
        long translation = atHand(page, place);
        if (!Access.serves(translation, access, as)) {
            return HELD;
        }
        atHand[page & Access.AT_HAND - 1] = translation;
        use(place, page);
        return translation;
    }

    /** Makes the entry of a key, which stands in this place, the most recent. */
    void use(int place, int key) {
        int set = key & setMask;
        replacement.used(set, place - set * ways);
    }

    /**
     * Takes over for which uses an entry serves at once.
     *
     * @param usesByState by its rights and D
     * @param kinds those that come to this cache
     */
    void serve(long[] usesByState, long kinds) {
        boolean same = true;
        for (int state = 0; state < uses.length; state++) {
            same &= uses[state] == (usesByState[state] & kinds);
            uses[state] = usesByState[state] & kinds;
        }
        if (!same) {
            Arrays.fill(atHand, 0);
        }
    }

    private long atHand(int page, int place) {
        long entry = entries[place];
        return changed(entry) ? 0 : Access.atHand(page, frame(entry), place, uses[(int) entry & STATE_MASK]);
    }

    /** The place of the entry of this key that has a tag, or {@link #NONE}. */
    private int search(int key, int tag) {
        // By fours: a short loop costs more than its body.
        int first = (key & setMask) * ways;
        return switch (ways) {
            case 4 -> four(first, tag);
            case 8 -> {
                int place = four(first, tag);
                yield place != NONE ? place : four(first + 4, tag);
            }
            case 12 -> {
                int place = four(first, tag);
                if (place == NONE) {
                    place = four(first + 4, tag);
                }
                yield place != NONE ? place : four(first + 8, tag);
            }
            default -> any(first, tag);
        };
    }

    private int four(int first, int tag) {
        if (tags[first] == tag) {
            return first;
        }
        if (tags[first + 1] == tag) {
            return first + 1;
        }
        if (tags[first + 2] == tag) {
            return first + 2;
        }
        return tags[first + 3] == tag ? first + 3 : NONE;
    }

    private int any(int first, int tag) {
        for (int place = first; place < first + ways; place++) {
            if (tags[place] == tag) {
                return place;
            }
        }
        return NONE;
    }

    /** The place of the entry with this key, made the most recent; {@link #NONE} when there is none. */
    int find(int key, boolean isLarge) {
        int place = peek(key, isLarge);
        if (place != NONE) {
            use(place, key);
        }
        return place;
    }

    /** The place of the entry with this key, which stays as recent as it is; {@link #NONE} when there is none. */
    int peek(int key, boolean isLarge) {
        return isLarge && large == 0 ? NONE : search(key, tag(key, isLarge));
    }

    private static int tag(int key, boolean isLarge) {
        return key << TAG_SHIFT | (isLarge ? TAG_LARGE | TAG_VALID : TAG_VALID);
    }

    /**
     * Puts a translation in.
     *
     * @param old the place that it takes, which holds the same page, or {@link #NONE} for the replacement's choice
     * @param bits rights, D, G, fragment
     * @return the place
     */
    int fill(int old, int key, boolean isLarge, int frame, long bits, int rawPde, int rawPte) {
        int set = key & setMask;
        int way;
        if (old != NONE) {
            way = old - set * ways;
            replacement.used(set, way);
        } else {
            way = victim(set);
            replacement.victimUsed(set, way);
        }
        int place = set * ways + way;
        forget(entries[place]);
        entries[place] = (long) key << KEY_SHIFT
                | (isLarge ? LARGE | VALID : VALID)
                | (frame & FRAME_MASK) << FRAME_SHIFT
                | bits;
        tags[place] = tag(key, isLarge);
        raw[place] = (long) rawPde << Integer.SIZE | rawPte & 0xffff_ffffL;
        valid++;
        if (isLarge) {
            large++;
        } else {
            if (atHand != null) {
                atHand[key & Access.AT_HAND - 1] = atHand(key, place);
            }
            if ((bits & FRAGMENT) != 0) {
                fragments++;
            }
        }
        return place;
    }

    /** The place that a fill for a page would take, if what is there is as most entries are; else {@link #NONE}. */
    int plainVictim(int page) {
        int set = page & setMask;
        int place = set * ways + victim(set);
        return (entries[place] & (CHANGED | LARGE | FRAGMENT)) == 0 ? place : NONE;
    }

    /** The entry of a 4 KB page by its raw entries; of G only {@code globalBit} counts. */
    static long plainEntry(int page, int pde, int pte, int globalBit) {
        return (long) page << KEY_SHIFT
                | VALID
                | (long) (pte >>> LinearAddress.PAGE_SHIFT) << FRAME_SHIFT
                | (pde & pte & (Entries.WRITABLE | Entries.USER)) >> 1
                | (pte & Entries.DIRTY) >> 4
                | (pte & globalBit) >> 2;
    }

    /** Whether an entry would serve an access as it is. */
    boolean allows(long entry, long access, long as) {
        return !changed(entry) && (uses[(int) entry & STATE_MASK] & access & as) != 0;
    }

    /**
     * Puts an entry of a 4 KB page in the place that {@link #plainVictim} gave.
     *
     * @return the translation at hand, 0 where none are
     */
    long put(int place, int page, long entry, long rawEntries) {
        long replaced = entries[place];
        if (valid(replaced)) {
            putAway(replaced);
        } else {
            valid++;
        }
        int set = page & setMask;
        replacement.victimUsed(set, place - set * ways);
        entries[place] = entry;
        tags[place] = tag(page, false);
        raw[place] = rawEntries;
        if (atHand == null) {
            return 0;
        }
        long translation = Access.atHand(page, frame(entry), place, uses[(int) entry & STATE_MASK]);
        atHand[page & Access.AT_HAND - 1] = translation;
        return translation;
    }

    /** The ordinal of its name. */
    int number() {
        return number;
    }

    /** The way of a place that holds the entry of a key. */
    int way(int place, int key) {
        return place - (key & setMask) * ways;
    }

    /** The raw directory entry above, the raw table entry below. */
    long raw(int place) {
        return raw[place];
    }

    private int victim(int set) {
        if (!replacement.emptyFirst() && valid != entries.length) {
            int place = any(set * ways, 0);
            if (place != NONE) {
                return place - set * ways;
            }
        }
        return replacement.victim(set);
    }

    /** Takes an entry out of all counts. */
    private void forget(long entry) {
        if (!valid(entry)) {
            return;
        }
        valid--;
        if ((entry & (CHANGED | LARGE | FRAGMENT)) != 0) {
            changed -= changed(entry) ? 1 : 0;
            large -= large(entry) ? 1 : 0;
            fragments -= (entry & FRAGMENT) != 0 ? 1 : 0;
        }
        putAway(entry);
    }

    private void putAway(long entry) {
        if (atHand != null && !large(entry)) {
            atHand[key(entry) & Access.AT_HAND - 1] = 0;
        }
    }

    /**
     * Notes that a use of a changed entry is told now; false when the same was told since the entry's last change.
     *
     * <p>A directory entry, and a 4 MB translation under which there is a table now, may still be right for one page and wrong for
     * the next: there a use is the same only for the same page.
     *
     * @param tableNow whether a walk would find a table there now
     */
    boolean tell(int place, int page, int use, boolean tableNow) {
        boolean byPage = directoryEntries || tableNow && large(entries[place]);
        if (byPage && toldPage[place] != page) {
            toldPage[place] = page;
            told[place] = 0;
        }
        int bit = 1 << use;
        boolean first = (told[place] & bit) == 0;
        told[place] |= (byte) bit;
        return first;
    }

    /** Makes every use of a changed entry worth telling again. */
    void forgetTold() {
        Arrays.fill(told, (byte) 0);
    }

    /**
     * A directory entry that walks read has changed: marks the entries for whose pages they read it.
     *
     * @param wasPresent whether there can be an unchanged entry that was filled from it
     */
    void directoryEntryChanged(int slot, boolean wasPresent) {
        // What a walk reads in place of a word that is gone is of interest for entries that are changed already.
        if ((wasPresent ? valid : changed) == 0) {
            return;
        }
        for (int place = 0; place < entries.length; place++) {
            long entry = entries[place];
            if (valid(entry) && slot(entry) == slot) {
                markChanged(place);
            }
        }
    }

    /** A word of a table that walks read below this directory slot has changed: marks the entries for whose pages they read it. */
    void tableEntryChanged(int directorySlot, int slot, boolean wasPresent) {
        if (directoryEntries || (wasPresent ? valid : changed) == 0) {
            return;
        }
        int small = peek(directorySlot << LARGE_PAGES | slot, false);
        if (small != NONE) {
            markChanged(small);
        }
        int whole = peek(directorySlot, true);
        if (whole != NONE) {
            markChanged(whole);
        }
    }

    /** The directory slot under which an entry's page lies. */
    private int slot(long entry) {
        return directoryEntries || large(entry) ? key(entry) : key(entry) >>> LARGE_PAGES;
    }

    /** Marks an entry as changed, once more if it is. */
    void markChanged(int place) {
        if (!changed(entries[place])) {
            changed++;
        }
        entries[place] |= CHANGED;
        told[place] = 0;
        putAway(entries[place]);
    }

    /**
     * Walks read another directory, or read it otherwise: marks the entries to which it gives another directory entry, and those
     * that were changed before once more.
     *
     * @param directory the frame of the directory
     * @param ignored the bits of a directory entry whose difference does not count
     */
    void rebase(PhysicalMemory memory, int directory, int cr4, int ignored) {
        for (int place = 0; place < entries.length && valid != 0; place++) {
            long entry = entries[place];
            if (valid(entry)) {
                int word = memory.read(directory, slot(entry));
                if (changed(entry)
                        || ((word ^ rawPde(place)) & ~ignored) != 0
                        || Entries.large(word, cr4) != whole4M(entry)) {
                    markChanged(place);
                }
            }
        }
    }

    /** Marks the entries whose table entry has one of these bits, which a walk would now refuse. */
    void markReserved(int bits) {
        for (int place = 0; place < entries.length && valid != 0; place++) {
            if (valid(entries[place]) && (rawPte(place) & bits) != 0) {
                markChanged(place);
            }
        }
    }

    /** Drops all entries, or all but the global ones; returns how many. */
    int flush(boolean keepGlobal) {
        int before = valid;
        for (int set = 0; set <= setMask && valid != 0; set++) {
            for (int position = ways - 1; position >= 0; position--) {
                int way = replacement.wayAt(set, position);
                long entry = entries[set * ways + way];
                if (valid(entry) && !(keepGlobal && (entry & GLOBAL) != 0)) {
                    drop(set, way);
                }
            }
        }
        return before - valid;
    }

    /** Drops what translates a page: its own entries, and those of a 4 MB page that it lies in; returns how many. */
    int invalidate(int page) {
        int before = valid;
        if (fragments != 0) {
            for (int set = 0; set <= setMask; set++) {
                invalidate(page, set);
            }
        } else if (valid != 0) {
            invalidate(page, set(page));
            invalidate(page, set(page >>> LARGE_PAGES));
        }
        return before - valid;
    }

    private void invalidate(int page, int set) {
        for (int position = ways - 1; position >= 0; position--) {
            int way = replacement.wayAt(set, position);
            long entry = entries[set * ways + way];
            if (valid(entry) && translates(entry, page)) {
                drop(set, way);
            }
        }
    }

    private static boolean translates(long entry, int page) {
        int key = key(entry);
        if (large(entry)) {
            return key == page >>> LARGE_PAGES;
        }
        return (entry & FRAGMENT) != 0 ? key >>> LARGE_PAGES == page >>> LARGE_PAGES : key == page;
    }

    /** Drops the entry with exactly this key; returns how many. */
    int dropKey(int key) {
        int set = key & setMask;
        for (int position = 0; position < ways; position++) {
            int way = replacement.wayAt(set, position);
            long entry = entries[set * ways + way];
            if (valid(entry) && key(entry) == key) {
                drop(set, way);
                return 1;
            }
        }
        return 0;
    }

    private void drop(int set, int way) {
        int place = set * ways + way;
        forget(entries[place]);
        entries[place] = 0;
        tags[place] = 0;
        replacement.emptied(set, way);
    }
}
