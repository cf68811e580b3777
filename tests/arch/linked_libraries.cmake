# cmake -DREADELF=… -DPROGRAM=… -DWANT=none|some -P linked_libraries.cmake
# Fails when PROGRAM needs a windowing library of Qt (WANT=none), or when it does not (WANT=some: the control that
# shows that this check can see one).
execute_process(COMMAND ${READELF} -d ${PROGRAM} OUTPUT_VARIABLE dynamic RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT dynamic MATCHES "NEEDED.*libstdc")
  message(FATAL_ERROR "${PROGRAM} could not be read")
endif()
string(REGEX MATCHALL "libQt6(Gui|Widgets|Charts|Svg|OpenGL)[A-Za-z]*\\.so[.0-9]*" found "${dynamic}")
if(WANT STREQUAL none AND found)
  message(FATAL_ERROR "${PROGRAM} needs ${found}: core has no windows")
elseif(WANT STREQUAL some AND NOT found)
  message(FATAL_ERROR "${PROGRAM} was expected to need Qt's windowing libraries")
endif()
