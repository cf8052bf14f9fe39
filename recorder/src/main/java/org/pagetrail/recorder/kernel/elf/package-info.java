/**
 * The kernel image: an ELF32 i386 executable, and what the plan's kernel region makes of it.
 *
 * <p>{@link org.pagetrail.recorder.kernel.elf.ElfImage} is the file, {@link org.pagetrail.recorder.kernel.elf.KernelImage} the file
 * held against the plan.
 */
package org.pagetrail.recorder.kernel.elf;
