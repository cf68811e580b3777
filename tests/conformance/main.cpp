#include "tests/conformance/Teller.h"

#include <gtest/gtest.h>

int main(int argc, char** argv) {
    if (const auto told = tests::conformance::tellerMain(argc, argv))
        return *told;
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
