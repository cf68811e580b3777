#include "ui/pch.h"
