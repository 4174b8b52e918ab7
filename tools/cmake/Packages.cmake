# What is installed, and the Debian packages of it: `cmake --build --preset release --target packages` leaves
# twinledger-server and twinledger-client in build/release/packages/. The client's has no library of Kafka and no RocksDB.
# The unit names the program in /usr/bin and its settings in /etc.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "Where `cmake --install` puts files" FORCE)
endif()
include(GNUInstallDirs)

set(packaging "${CMAKE_SOURCE_DIR}/tools/packaging")
set(products "${CMAKE_BINARY_DIR}/packaging")
set(documents "")
# What the loader binds is bound before a program begins, and read-only from then on.
foreach(program twinledgerd tl_twinledger tl_twinledger_client)
  target_link_options(${program} PRIVATE LINKER:-z,relro,-z,now)
endforeach()

# tl_document(COMPONENT FILE PROGRAM DESTINATION COMMAND...): a file that is made from what a command writes on stdout, when
# PROGRAM is built anew; manual pages are compressed.
function(tl_document component file program destination)
  set(path "${products}/${component}/${file}")
  file(MAKE_DIRECTORY "${products}/${component}")
  add_custom_command(OUTPUT "${path}" COMMAND "${packaging}/write_document" "${path}" ${ARGN}
                     DEPENDS ${program} "${packaging}/write_document" "${packaging}/man_page.py" "${packaging}/sbom.py"
                             "${packaging}/twinledger.1.notes" "${packaging}/twinledgerd.8.notes"
                             "${CMAKE_SOURCE_DIR}/tests/deploy/requirements.txt" "${CMAKE_SOURCE_DIR}/tools/kafka/pom.xml" VERBATIM)
  install(FILES "${path}" DESTINATION "${destination}" COMPONENT ${component})
  set(documents ${documents} "${path}" PARENT_SCOPE)
endfunction()

# The client as COMPONENT has it: the program, its manual and completions.
function(tl_client_of component program)
  install(TARGETS ${program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT ${component})
  set(client $<TARGET_FILE:${program}>)
  tl_document(${component} twinledger.1.gz ${program} "${CMAKE_INSTALL_MANDIR}/man1"
              "${packaging}/man_page.py" ${client} twinledger 1 ${PROJECT_VERSION} "${packaging}/twinledger.1.notes")
  tl_document(${component} twinledger ${program} "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
              ${client} completion bash)
  tl_document(${component} _twinledger ${program} "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions" ${client} completion zsh)
  tl_document(${component} twinledger.fish ${program} "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d"
              ${client} completion fish)
  set(documents ${documents} PARENT_SCOPE)
endfunction()

install(TARGETS twinledgerd RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT server)
tl_document(server twinledgerd.8.gz twinledgerd "${CMAKE_INSTALL_MANDIR}/man8"
            "${packaging}/man_page.py" $<TARGET_FILE:twinledgerd> twinledgerd 8 ${PROJECT_VERSION}
            "${packaging}/twinledgerd.8.notes")
tl_client_of(server tl_twinledger)
tl_client_of(client tl_twinledger_client)
tl_document(server sbom.cdx.json twinledgerd "${CMAKE_INSTALL_DATADIR}/doc/twinledger-server"
            "${packaging}/sbom.py" twinledger-server ${PROJECT_VERSION} $<TARGET_FILE:twinledgerd>
            $<TARGET_FILE:tl_twinledger>)
tl_document(client sbom.cdx.json tl_twinledger_client "${CMAKE_INSTALL_DATADIR}/doc/twinledger-client"
            "${packaging}/sbom.py" twinledger-client ${PROJECT_VERSION} $<TARGET_FILE:tl_twinledger_client>)
set(debian "${CMAKE_SOURCE_DIR}/deploy/debian")
install(FILES "${debian}/twinledgerd.service" DESTINATION "lib/systemd/system" COMPONENT server)
install(FILES "${debian}/twinledgerd.json" DESTINATION "${CMAKE_INSTALL_FULL_SYSCONFDIR}/twinledger" COMPONENT server)

# What `cmake --install` needs, and what is packed.
add_custom_target(installed_files DEPENDS ${documents} twinledgerd tl_twinledger tl_twinledger_client)
add_custom_target(packages COMMAND "${CMAKE_CPACK_COMMAND}" -G DEB DEPENDS installed_files
                  WORKING_DIRECTORY "${CMAKE_BINARY_DIR}" USES_TERMINAL VERBATIM)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_BINARY_DIR}/packages")
set(CPACK_PACKAGE_VENDOR "Twinledger")
set(CPACK_PACKAGE_CONTACT "Twinledger <operators@twinledger.invalid>")
set(CPACK_COMPONENTS_ALL server client)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_SERVER_PACKAGE_NAME twinledger-server)
set(CPACK_COMPONENT_SERVER_DESCRIPTION "Register of councils' foreign relationships, and its client
twinledgerd keeps the register on a tamper-evident log; twinledger is the
client, with all commands on logs, backups and replicas.")
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS "adduser, tzdata")
# Of the client there is the whole one with the server, or the one that needs less.
set(CPACK_DEBIAN_SERVER_PACKAGE_PROVIDES "twinledger-client (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_SERVER_PACKAGE_CONFLICTS twinledger-client)
set(CPACK_DEBIAN_SERVER_PACKAGE_REPLACES twinledger-client)
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA "${debian}/postinst;${debian}/prerm;${debian}/postrm;${debian}/conffiles")
set(CPACK_DEBIAN_CLIENT_PACKAGE_NAME twinledger-client)
set(CPACK_DEBIAN_CLIENT_PACKAGE_DEPENDS "tzdata")
set(CPACK_COMPONENT_CLIENT_DESCRIPTION "Client of a register of councils' foreign relationships
For councils, analysts and auditors: reads and writes at a server, verifies
exports of its log without one.")
include(CPack)
