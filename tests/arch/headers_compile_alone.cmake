# cmake -DCOMPILER=… -DFLAGS=… -DROOT=… -DFOLDERS=core;ui -P headers_compile_alone.cmake
# Compiles every header by itself, without precompiled headers, and names those that lean on others.
separate_arguments(arguments UNIX_COMMAND "${FLAGS}")
set(bad "")
foreach(folder ${FOLDERS})
  file(GLOB_RECURSE headers RELATIVE ${ROOT} ${ROOT}/${folder}/*.h)
  foreach(header ${headers})
    execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -x c++ ${arguments} -I${ROOT} -include ${header} /dev/null
                    WORKING_DIRECTORY ${ROOT} ERROR_VARIABLE errors RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
      string(APPEND bad "\n${header}\n${errors}")
    endif()
  endforeach()
endforeach()
if(bad)
  message(FATAL_ERROR "These headers do not compile alone:${bad}")
endif()
