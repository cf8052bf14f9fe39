/*
 * From the boot loader's jump to the higher half: B1, B2, and what C cannot say.
 *
 *   physical            linear before S5              linear after S5
 *   0x00100000 .boot    same, and 0xc0100000          0xc0100000 only
 *   0x00101000 .text    same, and 0xc0101000          0xc0101000 only
 *
 * The image is linked at its linear addresses but for .boot, which runs before paging is on.
 */

#define KERNEL_BASE 0xc0000000
#define PHYSICAL(symbol) ((symbol) - KERNEL_BASE)

#define MULTIBOOT_MAGIC 0x1badb002
#define MULTIBOOT_FLAGS 0x00000003 /* modules on page boundaries, memory map wanted */

#define CR0_WP 0x00010000
#define CR0_PG 0x80000000
#define CR4_PSE 0x00000010
#define CPUID_PSE 0x00000008

#define LARGE_KERNEL_PAGE 0x00000083 /* P, R/W, PS */
#define LARGE_PAGE_BYTES 0x00400000
#define IDENTITY_PAGES 768

#define KERNEL_CODE 0x08
#define KERNEL_DATA 0x10
#define TASK 0x28

.macro function name
    .global \name
    .type \name, @function
\name:
.endm

.macro ended name
    .size \name, . - \name
.endm

    .section .multiboot, "a", @progbits
    .align 4
    .long MULTIBOOT_MAGIC
    .long MULTIBOOT_FLAGS
    .long -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

    .section .boot, "ax", @progbits

/* Entered by the boot loader: paging off, %eax its magic number, %ebx the physical address of the boot information. */
function start
    cli
    cld
    movl $PHYSICAL(boot_stack_top), %esp
    pushl %ebx
    pushl %eax
    lgdt boot_gdt_register
    ljmp $KERNEL_CODE, $1f
1:  movw $KERNEL_DATA, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    call enable_large_pages
    call map_identity
    call map_kernel_region
    call enable_paging
    movl $higher_half, %eax
    jmp *%eax
ended start

/* CR4.PSE comes before the first directory entry that uses PS is live. */
function enable_large_pages
    movl $1, %eax
    cpuid
    testl $CPUID_PSE, %edx
    jz 2f
    movl %cr4, %eax
    orl $CR4_PSE, %eax
    movl %eax, %cr4
    ret
2:  hlt
    jmp 2b
ended enable_large_pages

/* B1: linear = physical for the first 3 GB. */
function map_identity
    movl $PHYSICAL(boot_directory), %edi
    movl $LARGE_KERNEL_PAGE, %eax
    movl $IDENTITY_PAGES, %ecx
3:  movl %eax, (%edi)
    addl $LARGE_PAGE_BYTES, %eax
    addl $4, %edi
    decl %ecx
    jnz 3b
    ret
ended map_identity

/* B2: the kernel region shows the first 4 MB. */
function map_kernel_region
    movl $LARGE_KERNEL_PAGE, PHYSICAL(boot_directory) + (KERNEL_BASE >> 22) * 4
    ret
ended map_kernel_region

function enable_paging
    movl $PHYSICAL(boot_directory), %eax
    movl %eax, %cr3
    movl %cr0, %eax
    orl $(CR0_PG | CR0_WP), %eax
    movl %eax, %cr0
    ret
ended enable_paging

    .align 8
boot_gdt:
    .quad 0
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
boot_gdt_register:
    .word boot_gdt_register - boot_gdt - 1
    .long boot_gdt

    .text

/* The first code at its linked address; the stack is the same memory, by its high address from here on. */
function higher_half
    addl $KERNEL_BASE, %esp
    call load_descriptor_tables
    call kernel_main
4:  hlt
    jmp 4b
ended higher_half

/* load_segments(gdt_register, idt_register): the descriptor tables at the addresses at which they stay, and the task. */
function load_segments
    movl 4(%esp), %eax
    lgdt (%eax)
    ljmp $KERNEL_CODE, $5f
5:  movw $KERNEL_DATA, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl 8(%esp), %eax
    lidt (%eax)
    movw $TASK, %ax
    ltr %ax
    ret
ended load_segments

/*
 * move_stack(from_top, to_top): copies what lies between the stack pointer and from_top to below to_top, and goes on there.
 * Nothing on the stack may point into the stack: this file and kernel.c are built without frame pointers.
 */
function move_stack
    pushl %esi
    pushl %edi
    movl 12(%esp), %ecx
    movl 16(%esp), %edx
    subl %ecx, %edx
    subl %esp, %ecx
    movl %esp, %esi
    leal (%esp, %edx), %edi
    rep movsb
    addl %edx, %esp
    popl %edi
    popl %esi
    ret
ended move_stack

/* The boot has nothing to resolve a fault with: report it and stop. */
function page_fault
    pushl $14
    jmp fault
ended page_fault

function double_fault
    pushl $8
    jmp fault
ended double_fault

/* The stack is now: vector, error code, instruction pointer, and that is how report_fault has its parameters. */
function fault
    call report_fault
6:  hlt
    jmp 6b
ended fault

    .section .bss
    .align 4096
    .global boot_directory
boot_directory:
    .skip 4096
    .global boot_stack_top
boot_stack:
    .skip 16384
boot_stack_top:

    .section .note.GNU-stack, "", @progbits
