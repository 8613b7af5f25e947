#include "driver.h"

__attribute__((weak)) void
driver_early(void)
{
}

__attribute__((weak)) void
driver_late(void)
{
}
