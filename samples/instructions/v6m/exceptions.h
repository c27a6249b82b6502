#pragma once

void exceptions_run(void);
