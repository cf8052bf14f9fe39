package org.pagetrail.recorder.kernel;

import java.util.Locale;

/**
 * What can be made wrong with the model kernel: each is a mistake that kernels were shipped with, made once, while it runs.
 *
 * <p>The places at which a mistake can be made are counted while the kernel runs, from 0: which of them it is depends on the seed, or is
 * said. The window is how many of them the seed chooses from; the default scenario has at least so many.
 */
public enum Defect {
    /** A user page is unmapped, made read-only or moved to another frame, and its translation stays. */
    MISSING_INVLPG(8, "a user page is changed and INVLPG forgotten: unmap, protect or remap, by the seed"),
    /** As above, when it is unmapped. */
    MISSING_INVLPG_UNMAP(50, "INVLPG is forgotten when a user page is unmapped"),
    /** As above, when it is made read-only. */
    MISSING_INVLPG_PROTECT(8, "INVLPG is forgotten when a user page is made read-only"),
    /** As above, when it gets another frame. */
    MISSING_INVLPG_REMAP(60, "INVLPG is forgotten when a user page gets another frame"),
    /** The tables of a program are unlinked for the next one's and CR3 not loaded again. */
    MISSING_CR3_RELOAD(3, "CR3 is not loaded again after exec unlinks the old program's tables"),
    /** The recursive slot of a new directory has G. */
    GLOBAL_RECURSIVE_WINDOW(10, "the recursive slot of a new directory has G"),
    /** A user page has G. */
    GLOBAL_USER_PAGE(250, "a user page has G"),
    /** A page of the kernel heap and the table above it have U/S set. */
    USER_BIT_IN_KERNEL(20, "a kernel heap page and its table have U/S set"),
    /** A page table is mapped for its own program. */
    USER_PAGE_TABLE(150, "a page table is mapped into the program"),
    /** One frame is mapped at two addresses. */
    DOUBLE_MAP(150, "the frame of one user page is mapped at another one, too"),
    /** The allocator forgets to mark a frame. */
    DOUBLE_ALLOC(250, "the frame allocator gives out a frame that is in use"),
    /** A frame is freed while a page still maps it. */
    USE_AFTER_FREE_FRAME(250, "the frame of a user page is freed while the page stays mapped"),
    /** A process ends and one of its frames stays taken. */
    FRAME_LEAK_ON_EXIT(250, "exit forgets a frame"),
    /** A process ends and gives back what is another's. */
    FOREIGN_FRAME_FREED(8, "exit frees a frame of another process"),
    /** The allocator gives out a frame of a locked module. */
    ALLOC_FROM_LOCKED_MODULE(300, "the frame allocator gives out a frame of a module"),
    /** The allocator gives out a frame that is no memory. */
    ALLOC_FROM_HOLE(300, "the frame allocator gives out a frame that the firmware reports as no available memory"),
    /** S3 comes after the first allocation. */
    LOCK_AFTER_FIRST_ALLOC(1, "modules and boot information are locked after the first frame is allocated"),
    /** The guard page below a kernel stack is mapped. */
    NO_STACK_GUARD(10, "the guard page below a process's kernel stack is mapped"),
    /** S6 maps the stack but stays on the old one. */
    STACK_NOT_RELOCATED(1, "S6 maps the stack and stays on the boot stack"),
    /** The structure of S5 has the boot's identity map. */
    IDENTITY_MAP_LEFT(1, "the new structure of S5 keeps the identity map"),
    /** The structure of S5 maps the kernel with a 4 MB page. */
    LARGE_PAGE_LEFT(1, "the new structure of S5 maps the kernel with a 4 MB page"),
    /** A directory has a table of its own among the kernel's. */
    KERNEL_ENTRY_DIFFERS(10, "a new directory has a kernel table of its own"),
    /** The recursive slot of a new directory refers to another directory. */
    RECURSIVE_SLOT_WRONG(10, "the recursive slot of a new directory refers to its parent's"),
    /** The kernel's text is mapped writable. */
    WRITABLE_TEXT(1, "S5 maps the kernel's text writable"),
    /** CR0.WP is cleared. */
    WP_OFF(1, "CR0.WP is cleared after the boot"),
    /** A copy-on-write page is made writable for a writer while others share it. */
    COW_NOT_COPIED(60, "a shared page is made writable instead of copied"),
    /** A page fault is answered without anything done. */
    FAULT_LOOP(200, "the page-fault handler says that it has mapped a page and has not"),
    /** S2 and S3 are swapped. */
    WRONG_ORDER(1, "modules are locked before the kernel"),
    /** S5 switches to a structure without the page of the current instruction. */
    RUG_PULLED(1, "the new structure of S5 lacks the page of the running code"),
    /** Read-only segments of a program are mapped writable. */
    ELF_RIGHTS_IGNORED(16, "a read-only segment of a program is mapped writable"),
    /** Fork does not drop the parent's writable translations. */
    COW_PARENT_NOT_FLUSHED(4, "fork makes the parent's pages read-only and does not flush"),
    /** A table is unlinked and its page of the window not invalidated. */
    WINDOW_NOT_INVALIDATED(3, "a table is replaced and its page of the recursive window not invalidated"),
    /** A table is linked with what its frame held. */
    TABLE_NOT_CLEARED(30, "a page table is linked without being cleared"),
    /** A user page has what its frame held. */
    USER_PAGE_NOT_CLEARED(200, "a user page is mapped without its frame being cleared"),
    /** A kernel table that directories share is freed with one of them. */
    SHARED_TABLE_FREED(10, "exit frees a kernel table that all directories share"),
    /** Page 0 is mapped. */
    NULL_PAGE_MAPPED(6, "page 0 is mapped into a program"),
    /** A table is linked at two slots. */
    TABLE_LINKED_TWICE(250, "a page table is linked at two slots of a directory"),
    /** A page is mapped with a reserved bit set. */
    RESERVED_BIT_SET(2, "an entry has a reserved bit set"),
    /** The boot's pages are global. */
    GLOBAL_BOOT_PAGES(1, "the 4 MB pages of the boot have G, and PGE is set before S5"),
    /** A 4 MB page becomes a table at once. */
    SIZE_CHANGE_WITHOUT_FLUSH(1, "a 4 MB page is split without an invalidation in between");

    private final int window;
    private final String title;

    Defect(int window, String title) {
        this.window = window;
        this.title = title;
    }

    /** As the command line and headers call it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it is, in a line. */
    public String title() {
        return title;
    }

    /** From how many opportunities the seed chooses. */
    public int window() {
        return window;
    }

    /** The defect of this name, or null. */
    public static Defect named(String text) {
        for (Defect defect : values()) {
            if (defect.text().equals(text)) {
                return defect;
            }
        }
        return null;
    }
}
